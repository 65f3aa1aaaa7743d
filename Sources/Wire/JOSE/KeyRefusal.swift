package import Cryptography

/// Why a published key is not used. Texts from the key are cut to ``TokenError/textSizeMax`` bytes.
package enum KeyRefusal: Error, Equatable, Sendable {
    case notAnObject
    /// The member is absent, or not of its kind.
    case malformedMember(String)
    case unknownType(String)
    case unknownCurve(String)
    case unknownAlgorithm(String)
    /// The algorithm is not for this type or curve.
    case algorithmMismatch(JWSAlgorithm)
    /// For encryption, or for signing only.
    case notForVerification
    /// A secret that everybody can read.
    case symmetric
    /// The private half is published with it: anybody may have signed.
    case privateHalfPublished
    case unusable(CryptographyError)
}
