/// An action by its name, such as `s3:GetObject` or `admin:ServerInfo`. Names differ in more than their
/// letters' case.
///
/// Make one of each once and keep it: known actions are looked up here, so that a request finds its
/// statements by one bit.
package struct PolicyAction: Sendable {
    package let name: String
    /// Among the known actions; `nil` for one that only its name is known of.
    let index: Int?

    /// Who answers the action.
    enum Service: Sendable {
        case s3
        case admin
        case sts
        case kms
        case other
    }

    package init(_ name: String) {
        self.name = name
        index = KnownActions.indices[name.lowercased()]
    }

    /// Whether the table of S3's, MinIO's administrative, token and key actions has it.
    package var isKnown: Bool { index != nil }

    /// Every known name, as the references spell it.
    package static var knownNames: [String] { KnownActions.entries.map(\.name) }
}

extension PolicyAction.Service {
    /// Of an action or a pattern in small letters, when the name before the colon is written out.
    init(ofFolded name: String) {
        switch name.prefix(while: { $0 != ":" }) {
        case "s3": self = .s3
        case "admin": self = .admin
        case "sts": self = .sts
        case "kms": self = .kms
        default: self = .other
        }
    }

    /// Actions that are done to the server, so that statements about them need no Resource.
    var needsNoResource: Bool {
        switch self {
        case .admin, .sts, .kms: true
        case .s3, .other: false
        }
    }
}
