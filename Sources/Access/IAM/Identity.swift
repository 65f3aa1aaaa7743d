/// Who a request is from, once its signature was checked.
package enum Identity: Sendable, Equatable {
    /// Nobody signed the request.
    case anonymous
    case signed(SignedIdentity)

    /// The owner of the server.
    package static func root(accessKey: String, account: Account = .server) -> Identity {
        .signed(SignedIdentity(accessKey: accessKey, kind: .root, account: account))
    }

    /// `nil` for an anonymous request.
    package var accessKey: String? { signed?.accessKey }

    /// `nil` for an anonymous request.
    package var signed: SignedIdentity? {
        switch self {
        case .anonymous: nil
        case .signed(let identity): identity
        }
    }
}
