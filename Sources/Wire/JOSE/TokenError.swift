package import Base
package import JSON

/// Why a token is not taken for what it says.
///
/// Texts from the token are cut to ``textSizeMax`` bytes. Signatures and claims' values are not in here.
package enum TokenError: Error, Equatable, Sendable {
    /// The parts of a token, for messages.
    package enum Part: Sendable {
        case header
        case payload
        case signature
    }

    // The text is no token.
    case tooLarge(size: Int, sizeMax: Int)
    /// There are not exactly three parts with a dot between each two.
    case notThreeParts
    /// Not base64url, or padded, or with bits that stand for nothing.
    case malformedEncoding(Part)
    case malformedJSON(Part, JSONError)
    case notAnObject(Part)
    /// The header's member is absent, where it has to be there, or no string.
    case malformedHeader(member: String)
    /// The header asks for extensions, and none is understood.
    case criticalExtensions
    /// `none` is one of these, however it is spelled.
    case unsupportedAlgorithm(String)

    // The signature is nobody's.
    case noMatchingKey(id: String?)
    /// The key is not for the algorithm that the token names.
    case algorithmNotAllowed(JWSAlgorithm)
    case signatureMismatch

    // The claims do not hold.
    case missingClaim(String)
    /// The claim is there, but is not what its name says.
    case malformedClaim(String)
    case expired(at: Timestamp)
    case notYetValid(until: Timestamp)
    case issuedInFuture(at: Timestamp)
    case wrongIssuer
    case wrongAudience

    package static let textSizeMax = 64

    static func excerpt(_ text: String) -> String {
        guard text.utf8.count > textSizeMax else { return text }
        return String(decoding: text.utf8.prefix(textSizeMax), as: UTF8.self) + "…"
    }
}
