import AdminEncryption
import Base
import Cryptography
import Files
import Telemetry
import Testing

/// One gate for all tests, so that they do not derive more keys at once than a server would.
let sharedDerivation = KeyDerivation(waitingMax: 10_000)
let sharedEncryption = PayloadEncryption(derivation: sharedDerivation)

/// A lane that nothing may be run on.
struct ForbiddenLane: Lane {
    func run<Answer: Sendable>(_ body: @escaping @Sendable () -> Answer) async -> Answer? {
        Issue.record("a key is derived")
        return nil
    }
}

@Suite struct PayloadEncryptionTests {
    private let secret = Secret("minioadmin")

    private func decrypt(_ payload: [UInt8]) async throws(AdminEncryptionError) -> [UInt8] {
        try await sharedEncryption.decrypt(payload, password: secret, sizeMax: payload.count)
    }

    private func encryptAsVector(
        _ plaintext: [UInt8],
        algorithm: PayloadAlgorithm = .argon2idAES256GCM
    ) async throws -> [UInt8] {
        try await PayloadEncryption(derivation: sharedDerivation, randomness: VectorRandomness())
            .encrypt(plaintext, password: secret, algorithm: algorithm)
    }

    @Test("vectors are decrypted", arguments: EncryptionVector.fixed + [.minioPy])
    func decryption(vector: EncryptionVector) async throws {
        #expect(try await decrypt(vector.ciphertext) == vector.plaintext)
    }

    @Test("vectors are made, byte by byte", arguments: EncryptionVector.fixed)
    func encryption(vector: EncryptionVector) async throws {
        let algorithm = try #require(PayloadAlgorithm(rawValue: vector.ciphertext[32]))
        #expect(try await encryptAsVector(vector.plaintext, algorithm: algorithm) == vector.ciphertext)
    }

    @Test("long vectors are made and decrypted again", arguments: LongEncryptionVector.all)
    func longPayloads(vector: LongEncryptionVector) async throws {
        let plaintext = patterned(vector.plaintextSize)
        let ciphertext = try await encryptAsVector(plaintext)
        #expect(ciphertext.count == vector.ciphertextSize)
        #expect(SHA256.hash(ciphertext).hexadecimal == vector.sha256)
        #expect(try await decrypt(ciphertext) == plaintext)
    }

    @Test func theVectorsCoverEveryID() {
        #expect(Set(EncryptionVector.fixed.map { $0.ciphertext[32] }) == [0, 1, 2])
    }

    @Test func idZeroIsWrittenAndNoSaltTwice() async throws {
        let first = try await sharedEncryption.encrypt([1], password: Secret("p"))
        let second = try await sharedEncryption.encrypt([1], password: Secret("p"))
        #expect(first[32] == 0 && second[32] == 0)
        #expect(first.count == 41 + 17)
        #expect(first[..<32] != second[..<32])
        #expect(first[33..<41] != second[33..<41])
    }

    @Test func anotherPasswordIsRefused() async throws {
        for (vector, wrong) in zip(
            EncryptionVector.fixed,
            ["", "Minioadmin", "minioadmin ", "minioadmi"]
        ) {
            await #expect(throws: AdminEncryptionError.notAuthentic) {
                _ = try await sharedEncryption.decrypt(
                    vector.ciphertext,
                    password: Secret(wrong),
                    sizeMax: vector.ciphertext.count
                )
            }
        }
    }

    @Test("nothing is derived for a payload that cannot be one")
    func cheapRefusals() async throws {
        let encryption = PayloadEncryption(derivation: KeyDerivation(lane: ForbiddenLane()))
        let header = [UInt8](repeating: 0, count: 41)
        func decrypt(_ payload: [UInt8], sizeMax: Int = 1 << 20) async throws(AdminEncryptionError) -> [UInt8]
        {
            try await encryption.decrypt(payload, password: Secret("p"), sizeMax: sizeMax)
        }
        for size in [0, 1, 32, 33, 40] {
            await #expect(throws: AdminEncryptionError.truncated(size: size)) {
                _ = try await decrypt(Array(header.prefix(size)))
            }
        }
        for size in [1, 15, 16401, 16416, 2 * 16400 + 16] {
            await #expect(throws: AdminEncryptionError.truncated(size: size)) {
                _ = try await decrypt(header + [UInt8](repeating: 0, count: size))
            }
        }
        for id in [3, 0x80, 0xff] as [UInt8] {
            var unknown = header
            unknown[32] = id
            await #expect(throws: AdminEncryptionError.unknownAlgorithm(id: id)) {
                _ = try await decrypt(unknown)
            }
        }
        await #expect(throws: AdminEncryptionError.tooLarge(size: 41, sizeMax: 40)) {
            _ = try await decrypt(header, sizeMax: 40)
        }
        // As minio-py encrypts nothing.
        #expect(try await decrypt(header, sizeMax: 41) == [])
    }

    @Test func everyChangedBitOfTheHeaderIsRefused() async throws {
        let payload = try await sharedEncryption.encrypt(
            Array("{}".utf8),
            password: Secret("p"),
            algorithm: .pbkdf2AES256GCM
        )
        for index in 0..<41 {
            var changed = payload
            // Id 2 becomes 0, which is another key; any other bit would be no id.
            changed[index] ^= index == 32 ? 2 : 0x10
            await #expect(throws: AdminEncryptionError.notAuthentic, "byte \(index)") {
                _ = try await sharedEncryption.decrypt(changed, password: Secret("p"), sizeMax: 1000)
            }
        }
    }

    @Test("mutated payloads are refused", arguments: 0..<8 as Range<UInt64>)
    func fuzz(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let secret = Secret("p")
        let original = try await sharedEncryption.encrypt(
            patterned(40),
            password: secret,
            algorithm: .pbkdf2AES256GCM
        )
        for _ in 0..<40 {
            let payload = mutated(original, using: &generator)
            do throws(AdminEncryptionError) {
                let plaintext = try await sharedEncryption.decrypt(payload, password: secret, sizeMax: 1000)
                #expect(payload == original ? plaintext == patterned(40) : plaintext.isEmpty)
                #expect(payload == original || payload.count == 41)
            } catch {
                switch error {
                case .truncated, .unknownAlgorithm, .notAuthentic: break
                case .tooLarge, .tooManyDerivations, .cancelled, .noMemory: Issue.record("\(error)")
                }
            }
        }
    }
}

/// `bytes` with one to four changes.
func mutated(_ bytes: [UInt8], using generator: inout some RandomNumberGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
        let index = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(bytes[index], at: index)
        case 3: bytes.removeSubrange(index..<Int.random(in: index...bytes.count, using: &generator))
        default: bytes.swapAt(index, Int.random(in: bytes.indices, using: &generator))
        }
    }
    return bytes
}
