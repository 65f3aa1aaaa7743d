package import Base
package import S3API

/// A version as a request names it.
package enum VersionID: Sendable, Hashable {
    /// The parameter is not there.
    case newest
    case named(UUID)

    /// `null` names the version without an id.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument`` for anything that is no version id.
    package init(_ text: String?) throws(S3Error) {
        guard let text else {
            self = .newest
            return
        }
        if text == "null" {
            self = .named(.zero)
            return
        }
        guard let id = UUID(text), id != .zero else {
            let message =
                text.isEmpty ? "Version id cannot be the empty string" : "Invalid version id specified"
            throw S3Error(
                .invalidArgument,
                message,
                fields: [S3Error.Field("ArgumentName", "versionId"), S3Error.Field("ArgumentValue", text)]
            )
        }
        self = .named(id)
    }

    package var id: UUID? {
        switch self {
        case .newest: nil
        case .named(let id): id
        }
    }

    package var isNamed: Bool { id != nil }

    /// As clients write it; `nil` for the newest.
    package var text: String? { id.map { Self.text(of: $0) } }

    /// A version's name for clients.
    package static func text(of id: UUID) -> String { id == .zero ? "null" : "\(id)" }
}
