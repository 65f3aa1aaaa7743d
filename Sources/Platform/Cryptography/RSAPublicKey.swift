import COpenSSL

/// Verifies RSA signatures (RFC 8017 §8). Any number of threads may use it at once.
package struct RSAPublicKey: Sendable {
    package enum Padding: Sendable, CaseIterable {
        /// RSASSA-PKCS1-v1_5.
        case pkcs1v15
        /// RSASSA-PSS with MGF1 over the signature's own hash and a salt of the hash's size, as RFC 7518 §3.5
        /// has it.
        case pss
    }

    /// Shorter ones can be broken (RFC 7518 §3.3), longer ones keep a thread busy for too long.
    package static let modulusBitsMin = 2048
    package static let modulusBitsMax = 8192

    private let key: PublicKey
    /// Bytes of a signature.
    private let modulusSize: Int

    /// - Parameter modulus: big-endian; leading zeros are passed over, as some issuers write one.
    /// - Parameter exponent: likewise.
    /// - Throws: one of the cases named after RSA.
    package init(modulus: [UInt8], exponent: [UInt8]) throws(CryptographyError) {
        let modulus = Array(modulus.drop { $0 == 0 })
        let exponent = Array(exponent.drop { $0 == 0 })
        let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
        guard (Self.modulusBitsMin...Self.modulusBitsMax).contains(bits) else {
            throw .rsaModulusSize(
                bits: bits,
                bitsMin: Self.modulusBitsMin,
                bitsMax: Self.modulusBitsMax
            )
        }
        guard modulus.last.map({ $0 & 1 == 1 }) == true else { throw .rsaModulusIsEven }
        guard Self.isAllowed(exponent: exponent) else { throw .rsaExponentNotAllowed }
        guard let key = Self.makeKey(modulus: modulus, exponent: exponent) else {
            preconditionFailure("libcrypto refuses an RSA key of allowed size")
        }
        self.key = key
        modulusSize = modulus.count
    }

    /// Whether the owner of the private key signed `message`.
    package func isValid(
        _ signature: [UInt8],
        of message: [UInt8],
        digest: SignatureDigest,
        padding: Padding
    ) -> Bool {
        guard signature.count == modulusSize else { return false }
        return key.isValid(signature, of: message, digest: digest) { context in
            switch padding {
            case .pkcs1v15: EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
            case .pss:
                EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
                    && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1
            }
        }
    }

    private static func isAllowed(exponent: [UInt8]) -> Bool {
        guard exponent.count <= 4 else { return false }
        let value = exponent.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return value >= 3 && value <= UInt32(Int32.max) && !value.isMultiple(of: 2)
    }

    private static func makeKey(modulus: [UInt8], exponent: [UInt8]) -> PublicKey? {
        var modulus = PublicKey.nativeBytes(ofBigEndian: modulus)
        var exponent = PublicKey.nativeBytes(ofBigEndian: exponent)
        return modulus.withUnsafeMutableBufferPointer { modulus in
            exponent.withUnsafeMutableBufferPointer { exponent in
                PublicKey.make(
                    "RSA",
                    parameters: [
                        openssl_rsa_modulus(modulus.baseAddress, modulus.count),
                        openssl_rsa_exponent(exponent.baseAddress, exponent.count),
                    ]
                )
            }
        }
    }
}
