/// The hash function under a signature.
package enum SignatureDigest: Sendable, CaseIterable {
    case sha256
    case sha384
    case sha512

    var method: DigestMethod {
        switch self {
        case .sha256: SHA256Algorithm.method
        case .sha384: SHA384Algorithm.method
        case .sha512: SHA512Algorithm.method
        }
    }
}
