import COpenSSL

/// Verifies ECDSA signatures (FIPS 186-5) written as two numbers of fixed size. Any number of threads may use it
/// at once.
package struct ECDSAPublicKey: Sendable {
    package let curve: EllipticCurve
    private let key: PublicKey

    /// - Parameter x: big-endian, exactly the curve's coordinate size, as is `y`.
    /// - Throws: ``CryptographyError/coordinateSize(size:expected:)`` or ``CryptographyError/pointNotOnCurve``.
    package init(curve: EllipticCurve, x: [UInt8], y: [UInt8]) throws(CryptographyError) {
        for coordinate in [x, y] where coordinate.count != curve.coordinateSize {
            throw .coordinateSize(size: coordinate.count, expected: curve.coordinateSize)
        }
        guard let key = Self.makeKey(curve, point: [uncompressedPoint] + x + y), key.passesExamination else {
            throw .pointNotOnCurve
        }
        self.curve = curve
        self.key = key
    }

    /// Whether the owner of the private key signed `message`.
    ///
    /// - Parameter signature: r, then s, each big-endian and of the curve's coordinate size; any other form, DER
    ///   included, is no signature here.
    package func isValid(_ signature: [UInt8], of message: [UInt8], digest: SignatureDigest) -> Bool {
        guard signature.count == 2 * curve.coordinateSize else { return false }
        let r = derInteger(signature.prefix(curve.coordinateSize))
        let s = derInteger(signature.suffix(curve.coordinateSize))
        return key.isValid(derSequence(r + s), of: message, digest: digest)
    }

    private static func makeKey(_ curve: EllipticCurve, point: [UInt8]) -> PublicKey? {
        var name = Array(curve.groupName.utf8CString)
        var point = point
        return name.withUnsafeMutableBufferPointer { name in
            point.withUnsafeMutableBytes { point in
                PublicKey.make(
                    "EC",
                    parameters: [
                        openssl_ec_group(name.baseAddress),
                        openssl_ec_point(point.baseAddress, point.count),
                    ]
                )
            }
        }
    }
}

/// SEC 1 §2.3.3: both coordinates follow.
private let uncompressedPoint: UInt8 = 4

/// An unsigned number in DER (X.690 §8.3): as few bytes as possible, the first one below 0x80.
private func derInteger(_ number: ArraySlice<UInt8>) -> [UInt8] {
    var content = Array(number.drop { $0 == 0 })
    if content.first.map({ $0 >= 0x80 }) ?? true { content.insert(0, at: 0) }
    return [0x02, UInt8(content.count)] + content
}

/// Holds two numbers of at most 67 bytes, so that its size needs one byte, or two.
private func derSequence(_ content: [UInt8]) -> [UInt8] {
    [0x30] + (content.count < 0x80 ? [] : [0x81]) + [UInt8(content.count)] + content
}
