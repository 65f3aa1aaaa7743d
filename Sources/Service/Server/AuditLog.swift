internal import IAM
internal import S3Service
internal import STSService
internal import Telemetry

/// One line for each decision: who asked for what, and what of which policy decided. Names no secret: no header, no
/// query, no signature.
struct AuditLog: Sendable {
    let logger: Logger

    func record(_ rights: Rights, _ decision: Decision, for identity: Identity, from address: String) {
        let (word, missing, grounds): (String, String, [Decision.Grounds]) =
            switch decision {
            case .allowed(let grounds): ("allowed", "-", grounds)
            case .denied(let right, let ground): ("denied", Self.text(right), [ground])
            }
        logger.log(
            .info,
            "access",
            [
                "decision": .text(word),
                "rights": .text(rights.all.map(Self.text).joined(separator: ", ")),
                "missing": .text(missing),
                "grounds": .text(grounds.map(\.description).joined(separator: ", ")),
                "accessKey": .text(identity.accessKey ?? "-"),
                "user": .text(identity.signed?.userName ?? "-"),
                "kind": .text(Self.kind(identity)),
                "account": .text(identity.signed?.account.displayName ?? "-"),
                "source": .text(address),
            ]
        )
    }

    /// Whether temporary credentials were handed out.
    ///
    /// - Parameters:
    ///   - operation: `nil` for a form that asks for nothing known.
    ///   - user: who asked, as far as that is known.
    func record(
        _ operation: String?,
        _ result: Result<STSResponse, STSError>,
        user: String?,
        from address: String
    ) {
        let (decision, who, accessKey, error): (String, String?, String?, String?) =
            switch result {
            case .success(let response): ("allowed", response.userName, response.accessKey, nil)
            case .failure(let error): ("denied", user, nil, error.code.rawValue)
            }
        logger.log(
            .info,
            "credentials",
            [
                "decision": .text(decision),
                "operation": .text(operation ?? "-"),
                "error": .text(error ?? "-"),
                "accessKey": .text(accessKey ?? "-"),
                "user": .text(who ?? "-"),
                "source": .text(address),
            ]
        )
    }

    private static func text(_ right: Right) -> String { "\(right.action.name) on \(right.resource.arn)" }

    private static func kind(_ identity: Identity) -> String {
        switch identity.signed?.kind {
        case nil: "anonymous"
        case .root: "root"
        case .user: "user"
        case .serviceAccount: "service account"
        case .temporary: "temporary credentials"
        }
    }
}
