import Base
import Cryptography
import Testing

private struct CipherVector: Sendable {
    let algorithm: AuthenticatedCipherAlgorithm
    let key: [UInt8]
    let nonce: [UInt8]
    var associated: [UInt8] = []
    var plaintext: [UInt8] = []
    var ciphertext: [UInt8] = []
    let tag: [UInt8]

    /// The GCM specification's test cases 13, 14 and 16, and RFC 8439 §2.8.2.
    static let all = [
        CipherVector(
            algorithm: .aes256GCM,
            key: [UInt8](repeating: 0, count: 32),
            nonce: [UInt8](repeating: 0, count: 12),
            tag: bytes("530f8afbc74536b9a963b4f1c4cb738b")
        ),
        CipherVector(
            algorithm: .aes256GCM,
            key: [UInt8](repeating: 0, count: 32),
            nonce: [UInt8](repeating: 0, count: 12),
            plaintext: [UInt8](repeating: 0, count: 16),
            ciphertext: bytes("cea7403d4d606b6e074ec5d3baf39d18"),
            tag: bytes("d0d1c8a799996bf0265b98b5d48ab919")
        ),
        CipherVector(
            algorithm: .aes256GCM,
            key: bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"),
            nonce: bytes("cafebabefacedbaddecaf888"),
            associated: bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
            plaintext: bytes(
                """
                d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
                1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
                """
            ),
            ciphertext: bytes(
                """
                522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
                8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662
                """
            ),
            tag: bytes("76fc6ece0f4e1768cddf8853bb2d551b")
        ),
        CipherVector(
            algorithm: .chaCha20Poly1305,
            key: Array(0x80...0x9f),
            nonce: bytes("070000004041424344454647"),
            associated: bytes("50515253c0c1c2c3c4c5c6c7"),
            plaintext: Array(
                """
                Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
                sunscreen would be it.
                """.utf8
            ),
            ciphertext: bytes(
                """
                d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6
                3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36
                92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc
                3ff4def08e4b7a9de576d26586cec64b6116
                """
            ),
            tag: bytes("1ae10b594f09e26a7e902ecbd0600691")
        ),
    ]
}

/// The cipher over arrays.
private struct Sealer: ~Copyable {
    private var cipher: AuthenticatedCipher

    init(_ algorithm: AuthenticatedCipherAlgorithm, key: [UInt8]) {
        cipher = AuthenticatedCipher(algorithm, key: key)
    }

    mutating func seal(_ plaintext: [UInt8], nonce: [UInt8], associated: [UInt8]) -> ([UInt8], tag: [UInt8]) {
        var ciphertext = plaintext
        var tag = [UInt8](repeating: 0, count: AuthenticatedCipher.tagSize)
        plaintext.withUnsafeBytes { plaintext in
            nonce.withUnsafeBytes { nonce in
                associated.withUnsafeBytes { associated in
                    ciphertext.withUnsafeMutableBytes { ciphertext in
                        tag.withUnsafeMutableBytes { tag in
                            cipher.seal(
                                plaintext,
                                nonce: nonce,
                                authenticating: associated,
                                into: ciphertext,
                                tag: tag
                            )
                        }
                    }
                }
            }
        }
        return (ciphertext, tag)
    }

    /// What the buffer for the plaintext holds afterwards comes back in either case.
    mutating func open(
        _ ciphertext: [UInt8],
        tag: [UInt8],
        nonce: [UInt8],
        associated: [UInt8]
    ) -> (isAuthentic: Bool, [UInt8]) {
        var plaintext = [UInt8](repeating: 0xee, count: ciphertext.count)
        let isAuthentic = ciphertext.withUnsafeBytes { ciphertext in
            tag.withUnsafeBytes { tag in
                nonce.withUnsafeBytes { nonce in
                    associated.withUnsafeBytes { associated in
                        plaintext.withUnsafeMutableBytes { plaintext in
                            cipher.open(
                                ciphertext,
                                tag: tag,
                                nonce: nonce,
                                authenticating: associated,
                                into: plaintext
                            )
                        }
                    }
                }
            }
        }
        return (isAuthentic, plaintext)
    }
}

@Suite struct AuthenticatedCipherTests {
    @Test("published vectors are sealed and opened, in turn, by one cipher", arguments: CipherVector.all)
    private func vectors(vector: CipherVector) {
        var sealer = Sealer(vector.algorithm, key: vector.key)
        for _ in 0..<2 {
            let (ciphertext, tag) = sealer.seal(
                vector.plaintext,
                nonce: vector.nonce,
                associated: vector.associated
            )
            #expect(ciphertext == vector.ciphertext)
            #expect(tag == vector.tag)
            let (isAuthentic, plaintext) = sealer.open(
                vector.ciphertext,
                tag: vector.tag,
                nonce: vector.nonce,
                associated: vector.associated
            )
            #expect(isAuthentic)
            #expect(plaintext == vector.plaintext)
        }
    }

    @Test(
        "one changed bit anywhere is refused, nothing is shown, and the cipher still works",
        arguments: CipherVector.all
    )
    private func changes(vector: CipherVector) {
        var sealer = Sealer(vector.algorithm, key: vector.key)
        func changed(_ bytes: [UInt8], bit: Int) -> [UInt8] {
            var bytes = bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            return bytes
        }
        func expectRefused(_ vector: CipherVector, using sealer: inout Sealer) {
            let (isAuthentic, plaintext) = sealer.open(
                vector.ciphertext,
                tag: vector.tag,
                nonce: vector.nonce,
                associated: vector.associated
            )
            #expect(!isAuthentic)
            #expect(plaintext.allSatisfy { $0 == 0 })
        }
        let (key, nonce, associated) = (vector.key, vector.nonce, vector.associated)
        func with(
            nonce: [UInt8]? = nil,
            associated: [UInt8]? = nil,
            ciphertext: [UInt8]? = nil,
            tag: [UInt8]? = nil
        ) -> CipherVector {
            CipherVector(
                algorithm: vector.algorithm,
                key: key,
                nonce: nonce ?? vector.nonce,
                associated: associated ?? vector.associated,
                ciphertext: ciphertext ?? vector.ciphertext,
                tag: tag ?? vector.tag
            )
        }
        for bit in 0..<vector.tag.count * 8 {
            expectRefused(with(tag: changed(vector.tag, bit: bit)), using: &sealer)
        }
        for bit in 0..<vector.ciphertext.count * 8 {
            expectRefused(with(ciphertext: changed(vector.ciphertext, bit: bit)), using: &sealer)
        }
        for bit in 0..<associated.count * 8 {
            expectRefused(with(associated: changed(associated, bit: bit)), using: &sealer)
        }
        for bit in 0..<nonce.count * 8 {
            expectRefused(with(nonce: changed(nonce, bit: bit)), using: &sealer)
        }
        expectRefused(with(associated: associated + [0]), using: &sealer)
        var other = Sealer(vector.algorithm, key: changed(key, bit: 0))
        expectRefused(vector, using: &other)
        #expect(
            sealer.open(vector.ciphertext, tag: vector.tag, nonce: nonce, associated: associated)
                == (true, vector.plaintext)
        )
    }

    @Test(
        "what is sealed in place opens in place",
        arguments: AuthenticatedCipherAlgorithm.allCases,
        [0, 1, 15, 16, 17, 63, 64, 65, 16384]
    )
    func inPlace(algorithm: AuthenticatedCipherAlgorithm, size: Int) {
        var cipher = AuthenticatedCipher(algorithm, key: Array(0..<32))
        let plaintext = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) }
        var buffer = plaintext
        var tag = [UInt8](repeating: 0, count: 16)
        let nonce = [UInt8](repeating: 9, count: 12)
        let isAuthentic = buffer.withUnsafeMutableBytes { buffer in
            tag.withUnsafeMutableBytes { tag in
                nonce.withUnsafeBytes { nonce in
                    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
                    cipher.seal(
                        UnsafeRawBufferPointer(buffer),
                        nonce: nonce,
                        authenticating: nothing,
                        into: buffer,
                        tag: tag
                    )
                    #expect(size < 8 || !buffer.elementsEqual(plaintext))
                    return cipher.open(
                        UnsafeRawBufferPointer(buffer),
                        tag: UnsafeRawBufferPointer(tag),
                        nonce: nonce,
                        authenticating: nothing,
                        into: buffer
                    )
                }
            }
        }
        #expect(isAuthentic)
        #expect(buffer == plaintext)
    }
}
