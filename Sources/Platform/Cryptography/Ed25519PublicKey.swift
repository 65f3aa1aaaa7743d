/// Verifies Ed25519 signatures (RFC 8032 §5.1). Any number of threads may use it at once.
package struct Ed25519PublicKey: Sendable {
    /// Bytes of an encoded key.
    package static let size = 32
    /// Bytes of a signature.
    package static let signatureSize = 64

    private let key: PublicKey

    /// - Parameter encoded: a point of the curve. One that is none is only seen when nothing verifies with it.
    /// - Throws: ``CryptographyError/coordinateSize(size:expected:)``.
    package init(encoded: [UInt8]) throws(CryptographyError) {
        guard encoded.count == Self.size else {
            throw .coordinateSize(size: encoded.count, expected: Self.size)
        }
        guard let key = PublicKey.make("ED25519", encoded: encoded) else {
            preconditionFailure("libcrypto refuses an Ed25519 key of the right size")
        }
        self.key = key
    }

    /// Whether the owner of the private key signed `message`.
    package func isValid(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard signature.count == Self.signatureSize else { return false }
        return key.isValid(signature, of: message, digest: nil)
    }
}
