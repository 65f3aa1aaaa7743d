import AdminEncryption
import Base
import Testing

/// Bytes written in hexadecimal, over any number of lines.
func bytes(_ hexadecimal: String) -> [UInt8] {
    guard let bytes = [UInt8](hexadecimal: hexadecimal.filter { !$0.isWhitespace }) else {
        preconditionFailure("not hexadecimal: \(hexadecimal)")
    }
    return bytes
}

/// A payload under the password `minioadmin`.
struct EncryptionVector: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let plaintext: [UInt8]
    let ciphertext: [UInt8]

    /// Payloads with the salt 00…1f and the nonce a0…a7, which minio-py decrypts where it knows the id.
    static let fixed = [
        EncryptionVector(
            testDescription: "id 0",
            plaintext: user,
            ciphertext: bytes(
                """
                000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00a0a1a2a3a4a5a6a71395fa80b62eff
                7fdf4861394f649df24e50a6685c7c798144296fae7636ec92588de6da3fd556e39e21cefebc69efd1d7fcfec54e5c62
                4046384c62a73a8b381325718ddd759143ed2af71e711481952556ddf490d8c1
                """
            )
        ),
        EncryptionVector(
            testDescription: "id 1",
            plaintext: user,
            ciphertext: bytes(
                """
                000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f01a0a1a2a3a4a5a6a7195218fc7e23e6
                ad18db3b2ca55dad2f9da12a60e8e7199e3d068bbae4c991b0e5b559011deb9af018643a8a3353ee8837413644f9aeac
                39d4baf5ff53316c0084e58ec0cc1988296731e025fd0b89ef7974337f328b1e
                """
            )
        ),
        EncryptionVector(
            testDescription: "id 2",
            plaintext: user,
            ciphertext: bytes(
                """
                000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f02a0a1a2a3a4a5a6a74a7223047158aa
                cb1a169c37bc1275da96c2cbfae88dab134e2cdb61916cfb37c70e68af5922059c8c43319c93d846538a91e171586358
                6f4a9c1ae5c3d0d3c5bae48ec77693b463abf7fa67a99ebbf63da75a9452b777
                """
            )
        ),
        EncryptionVector(
            testDescription: "nothing",
            plaintext: [],
            ciphertext: bytes(
                """
                000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00a0a1a2a3a4a5a6a7090523917ba685
                b6eedee37fbbd32140
                """
            )
        ),
    ]

    /// Encrypted by minio-py 7.2.20.
    static let minioPy = EncryptionVector(
        testDescription: "minio-py",
        plaintext: user,
        ciphertext: bytes(
            """
            a24c7f21944cdae4db612b15d61f9291ecc1f768a12f1b436a2b4a3722ba7abf004e8bef2bb1c7e03f7a189e5e7edd4a
            6dbf2b6a10300c31510311f0d3e72edd9be03db66742fd897252a0c5ecfc9c13bca6b1d871509f57e01136a9aa24fe3c
            b31b0474da1a1d2e53caeb2fb0ce227abc24ed05aece67921cd7fc559be1203e
            """
        )
    )

    private static let user = Array(
        #"{"accessKey":"alice","secretKey":"alice-secret-123","status":"enabled"}"#.utf8
    )
}

/// A payload too long to be spelled out, of ``patterned(_:)`` bytes under id 0; the rest as in
/// ``EncryptionVector/fixed``.
struct LongEncryptionVector: Sendable {
    let plaintextSize: Int
    let ciphertextSize: Int
    let sha256: String

    static let all = [
        LongEncryptionVector(
            plaintextSize: 16383,
            ciphertextSize: 16440,
            sha256: "38d9b6465488f8cebe4358c9bd0d3fa7c05c53892631e08e5cba51e42ac6ecbd"
        ),
        LongEncryptionVector(
            plaintextSize: 16384,
            ciphertextSize: 16441,
            sha256: "5fcf3432be6ce7f4082e8691a623fe9a24d87b4ca0af7c45eabb575f131707a6"
        ),
        LongEncryptionVector(
            plaintextSize: 16385,
            ciphertextSize: 16458,
            sha256: "18d10d8a9e5bef0d8c80a35c4a33fe9062a489a9813ae64c0c11f4237ababffe"
        ),
        LongEncryptionVector(
            plaintextSize: 40000,
            ciphertextSize: 40089,
            sha256: "1afdb1a7a14c9085b3fabaac829809a6cdaa22c75607dd8109d6efb655c81165"
        ),
    ]
}

func patterned(_ size: Int) -> [UInt8] { (0..<size).map { UInt8(truncatingIfNeeded: 7 * $0 + 3) } }

/// The salt 00…1f and the nonce a0…a7 of the vectors, for one payload.
final class VectorRandomness: Randomness {
    private let bytes = Locked<[UInt8]>(Array(0...0x1f) + Array(0xa0...0xa7))

    func next() -> UInt64 {
        bytes.withLock { bytes in
            defer { bytes.removeFirst(8) }
            return bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}
