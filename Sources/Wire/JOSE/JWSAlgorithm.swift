package import Cryptography

/// Signature algorithms by the names of RFC 7518 §3.1 and RFC 8037 §3.1. There is no `none`.
package enum JWSAlgorithm: String, Sendable, CaseIterable {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"

    /// What an algorithm does, by the kind of key it needs.
    enum Scheme: Hashable {
        case hmac
        case rsa(SignatureDigest, RSAPublicKey.Padding)
        case ecdsa(EllipticCurve, SignatureDigest)
        case ed25519
    }

    var scheme: Scheme {
        switch self {
        case .hs256, .hs384, .hs512: .hmac
        case .rs256: .rsa(.sha256, .pkcs1v15)
        case .rs384: .rsa(.sha384, .pkcs1v15)
        case .rs512: .rsa(.sha512, .pkcs1v15)
        case .ps256: .rsa(.sha256, .pss)
        case .ps384: .rsa(.sha384, .pss)
        case .ps512: .rsa(.sha512, .pss)
        case .es256: .ecdsa(.p256, .sha256)
        case .es384: .ecdsa(.p384, .sha384)
        case .es512: .ecdsa(.p521, .sha512)
        case .edDSA: .ed25519
        }
    }

    /// What an RSA key may be for where its issuer does not say.
    package static let rsa: Set<JWSAlgorithm> = [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]

    /// The one that RFC 7518 §3.4 allows on a curve.
    package static func ecdsa(on curve: EllipticCurve) -> JWSAlgorithm {
        switch curve {
        case .p256: .es256
        case .p384: .es384
        case .p521: .es512
        }
    }
}
