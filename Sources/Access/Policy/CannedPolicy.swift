import JSON

/// The policies that every deployment has from the start, under the names and with the contents MinIO gives
/// them.
package enum CannedPolicy: String, Sendable, CaseIterable {
    case consoleAdmin
    case diagnostics
    case readonly
    case readwrite
    case writeonly

    /// The same object at every call.
    package var document: PolicyDocument {
        switch self {
        case .consoleAdmin: Self.consoleAdminDocument
        case .diagnostics: Self.diagnosticsDocument
        case .readonly: Self.readonlyDocument
        case .readwrite: Self.readwriteDocument
        case .writeonly: Self.writeonlyDocument
        }
    }

    private static let consoleAdminDocument = document([
        allowWithoutResource("admin:*"), allowWithoutResource("kms:*"), allow("s3:*"),
    ])
    private static let diagnosticsDocument = document([
        allow(
            "admin:BandwidthMonitor",
            "admin:ConsoleLog",
            "admin:OBDInfo",
            "admin:Profiling",
            "admin:Prometheus",
            "admin:ServerInfo",
            "admin:ServerTrace",
            "admin:TopLocksInfo"
        )
    ])
    private static let readonlyDocument = document([allow("s3:GetBucketLocation", "s3:GetObject")])
    private static let readwriteDocument = document([allow("s3:*")])
    private static let writeonlyDocument = document([allow("s3:PutObject")])

    private static func document(_ statements: [JSONValue]) -> PolicyDocument {
        let policy: JSONValue = ["Version": "2012-10-17", "Statement": .array(statements)]
        do {
            return try PolicyDocument(parsing: policy.encoded, as: .identity)
        } catch {
            preconditionFailure("a canned policy is a policy: \(error)")
        }
    }

    private static func allow(_ actions: String...) -> JSONValue {
        [
            "Effect": "Allow", "Action": .array(actions.map { .string($0) }),
            "Resource": ["arn:aws:s3:::*"],
        ]
    }

    private static func allowWithoutResource(_ action: String) -> JSONValue {
        ["Effect": "Allow", "Action": [.string(action)]]
    }
}
