import COpenSSL
import Cryptography
import Testing

/// TLS reads libcrypto's queue of errors, which each thread has one of: what is left there ends a connection that
/// has nothing to do with it. No test here suspends, so each stays on its thread.
@Suite struct ErrorQueueTests {
    private let message = SignatureVector.message

    private func expectNothingLeft(
        sourceLocation: SourceLocation = #_sourceLocation,
        by body: () throws -> Void
    ) rethrows {
        ERR_clear_error()
        try body()
        #expect(ERR_peek_error() == 0, sourceLocation: sourceLocation)
    }

    @Test func aLeftoverWouldBeSeen() {
        ERR_clear_error()
        #expect(EVP_MD_fetch(nil, "no such digest", nil) == nil)
        #expect(ERR_peek_error() != 0)
        ERR_clear_error()
    }

    @Test func rsaLeavesNothing() throws {
        try expectNothingLeft {
            let key = try RSAPublicKey(modulus: RSAVectors.modulus, exponent: RSAVectors.exponent)
            let signatures =
                [RSAVectors.pkcs1v15[0].signature, RSAVectors.pss[0].signature]
                + [0, 1, 0xff].map { [UInt8](repeating: $0, count: 256) }
            let answers = signatures.flatMap { signature in
                RSAPublicKey.Padding.allCases.map { padding in
                    key.isValid(signature, of: message, digest: .sha256, padding: padding)
                }
            }
            #expect(answers.count { $0 } == 2)
        }
    }

    @Test(arguments: CurveVectors.all) func ecdsaLeavesNothing(vectors: CurveVectors) throws {
        try expectNothingLeft {
            let key = try ECDSAPublicKey(curve: vectors.curve, x: vectors.x, y: vectors.y)
            let vector = vectors.signatures[0]
            #expect(key.isValid(vector.signature, of: message, digest: vector.digest))
            for byte in [0, 1, 0xff] as [UInt8] {
                let signature = [UInt8](repeating: byte, count: vector.signature.count)
                #expect(!key.isValid(signature, of: message, digest: vector.digest))
            }
        }
        expectNothingLeft {
            #expect(throws: CryptographyError.pointNotOnCurve) {
                _ = try ECDSAPublicKey(curve: vectors.curve, x: vectors.y, y: vectors.x)
            }
        }
    }

    @Test func ed25519LeavesNothing() throws {
        try expectNothingLeft {
            let key = try Ed25519PublicKey(encoded: [UInt8](repeating: 0xff, count: 32))
            #expect(!key.isValid([UInt8](repeating: 1, count: 64), of: message))
        }
    }

    @Test(arguments: AuthenticatedCipherAlgorithm.allCases)
    func aRefusedCiphertextLeavesNothing(algorithm: AuthenticatedCipherAlgorithm) {
        expectNothingLeft {
            var cipher = AuthenticatedCipher(algorithm, key: Array(0..<32))
            var plaintext = [UInt8](repeating: 1, count: 20)
            let isAuthentic = plaintext.withUnsafeMutableBytes { plaintext in
                Array(0..<48 as Range<UInt8>).withUnsafeBytes { bytes in
                    cipher.open(
                        UnsafeRawBufferPointer(rebasing: bytes[..<20]),
                        tag: UnsafeRawBufferPointer(rebasing: bytes[20..<36]),
                        nonce: UnsafeRawBufferPointer(rebasing: bytes[36...]),
                        authenticating: UnsafeRawBufferPointer(start: nil, count: 0),
                        into: plaintext
                    )
                }
            }
            #expect(!isAuthentic)
        }
    }
}
