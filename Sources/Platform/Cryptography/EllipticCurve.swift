/// NIST's prime curves (FIPS 186-5).
package enum EllipticCurve: Sendable, CaseIterable {
    case p256
    case p384
    case p521

    /// Bytes of a coordinate, and of either number of a signature.
    package var coordinateSize: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }

    /// As libcrypto knows it.
    var groupName: String {
        switch self {
        case .p256: "P-256"
        case .p384: "P-384"
        case .p521: "P-521"
        }
    }
}
