import AdminEncryption
import JSON

/// Why a stored item cannot be understood.
enum ItemError: Error, Equatable, Sendable {
    case tooLarge(size: Int, sizeMax: Int)
    /// Encrypted under a key of a key management service.
    case encryptedByKeyService
    case undecryptable(AdminEncryptionError)
    case malformedJSON(JSONError)
    /// A member is absent that must be there, or is not what its name says.
    case malformed(member: String)
    case unsupportedVersion(Int)
    /// The token that carries a service account's rights is signed by nobody we know, or says something else
    /// than the account.
    case untrustedToken
    case malformedSessionPolicy
    case corrupt(String)
    case unavailable(String)

    var reason: String {
        switch self {
        case .tooLarge(let size, let sizeMax): "has \(size) bytes and may have \(sizeMax)"
        case .encryptedByKeyService: "is encrypted by a key management service"
        case .undecryptable(let error): "cannot be decrypted: \(error)"
        case .malformedJSON(let error): "is not JSON: \(error)"
        case .malformed(let member): "\"\(member)\" is missing or malformed"
        case .unsupportedVersion(let version): "has the unknown version \(version)"
        case .untrustedToken: "its token is not signed by its own or the root user's secret key"
        case .malformedSessionPolicy: "its session policy is no policy"
        case .corrupt(let reason): "is damaged: \(reason)"
        case .unavailable(let reason): "is out of reach: \(reason)"
        }
    }

    /// Whether reading it again later may help without anybody mending it.
    var isTransient: Bool {
        switch self {
        case .unavailable: true
        case .undecryptable(.tooManyDerivations), .undecryptable(.cancelled), .undecryptable(.noMemory): true
        case .tooLarge, .encryptedByKeyService, .undecryptable, .malformedJSON, .malformed,
            .unsupportedVersion, .untrustedToken, .malformedSessionPolicy, .corrupt:
            false
        }
    }
}
