import AdminEncryption
import Base
import Telemetry
import Testing

@Suite("minio-py's payloads", .enabled(if: MinioPy.isImportable, "python3 cannot import minio.crypto"))
struct MinioPyTests {
    private static let password = "pässword, of letters that take two bytes"
    private let sizes = [0, 1, 16383, 16384, 16385, 32768, 40000]

    @Test func whatItEncryptsIsDecrypted() async throws {
        let plaintexts = sizes.map(patterned)
        let payloads = try MinioPy.encrypt(plaintexts, password: Self.password)
        try #require(payloads.count == plaintexts.count)
        for (payload, plaintext) in zip(payloads, plaintexts) {
            let payload = try #require(payload)
            let decrypted = try await sharedEncryption.decrypt(
                payload,
                password: Secret(Self.password),
                sizeMax: payload.count
            )
            #expect(decrypted == plaintext)
        }
        // Nothing is encrypted to a header.
        #expect(payloads[0]?.count == 41)
    }

    @Test(arguments: [PayloadAlgorithm.argon2idAES256GCM, .argon2idChaCha20Poly1305])
    func whatWeEncryptItDecrypts(algorithm: PayloadAlgorithm) async throws {
        var payloads: [[UInt8]] = []
        for size in sizes {
            payloads.append(
                try await sharedEncryption.encrypt(
                    patterned(size),
                    password: Secret(Self.password),
                    algorithm: algorithm
                )
            )
        }
        var changed = payloads[1]
        changed[41] ^= 1
        let decrypted = try MinioPy.decrypt(payloads + [changed], password: Self.password)
        #expect(decrypted == sizes.map(patterned) + [nil])
    }
}
