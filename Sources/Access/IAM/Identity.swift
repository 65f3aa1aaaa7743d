/// Who a request is from, once its signature was checked.
package enum Identity: Sendable, Hashable {
    /// Nobody signed the request.
    case anonymous
    /// The owner of the server.
    case root(accessKey: String)

    /// `nil` for an anonymous request.
    package var accessKey: String? {
        switch self {
        case .anonymous: nil
        case .root(let accessKey): accessKey
        }
    }
}
