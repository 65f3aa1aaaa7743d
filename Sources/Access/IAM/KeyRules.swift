import Base
import Telemetry

/// What access keys, secret keys and names may be, as MinIO has it.
enum KeyRules {
    static let accessKeySizeMin = 3
    static let secretSizeMin = 8
    /// Of service accounts and temporary credentials; a user's may be as long as a file's name.
    static let madeAccessKeySize = 20
    static let madeSecretSize = 40
    /// A path's segment; a name is one.
    static let nameSizeMax = 255

    static func check(accessKey: String, sizeMax: Int = nameSizeMax) throws(IAMError) {
        let size = accessKey.utf8.count
        guard size >= accessKeySizeMin else { throw .invalidAccessKey(.tooShort(sizeMin: accessKeySizeMin)) }
        guard size <= sizeMax else { throw .invalidAccessKey(.tooLong(sizeMax: sizeMax)) }
        guard isStorable(accessKey), !accessKey.utf8.contains(UInt8(ascii: "/")) else {
            throw .invalidAccessKey(.reservedCharacters)
        }
    }

    static func check(secret: Secret, sizeMax: Int? = nil) throws(IAMError) {
        let size = secret.revealed().utf8.count
        guard size >= secretSizeMin else { throw .invalidSecretKey(.tooShort(sizeMin: secretSizeMin)) }
        // Longer ones would not fit into a stored item.
        let sizeMax = sizeMax ?? 4096
        guard size <= sizeMax else { throw .invalidSecretKey(.tooLong(sizeMax: sizeMax)) }
    }

    /// Of a group or policy, or of somebody outside.
    static func check(name: String, sizeMax: Int = nameSizeMax) throws(IAMError) {
        guard !name.isEmpty else { throw .invalidName(name, .tooShort(sizeMin: 1)) }
        guard name.utf8.count <= sizeMax else { throw .invalidName(name, .tooLong(sizeMax: sizeMax)) }
        guard isStorable(name) else { throw .invalidName(name, .reservedCharacters) }
    }

    /// A directory's names hold `=` and `,`, and `\` before what RFC 4514 escapes: `cn=Doe\, John`, `cn=J\c3\b6rg`.
    static func check(externalName name: String) throws(IAMError) {
        guard !name.isEmpty else { throw .invalidName(name, .tooShort(sizeMin: 1)) }
        guard name.utf8.count <= 900 else { throw .invalidName(name, .tooLong(sizeMax: 900)) }
        guard isPath(name), isStorableWithBackslashes(name) else {
            throw .invalidName(name, .reservedCharacters)
        }
    }

    private static func isStorable(_ name: String) -> Bool {
        let reserved = "=,\\".utf8
        return isPath(name) && !name.utf8.contains { reserved.contains($0) }
    }

    /// The drives refuse, as MinIO does, what would be a way up for a program that takes `\` for `/`, and the names of
    /// their own files.
    private static func isStorableWithBackslashes(_ name: String) -> Bool {
        let segments = name.utf8.split(separator: UInt8(ascii: "/"))
        return segments.allSatisfy { segment in
            let ownFiles = ["xl.meta", "xl.json", "xl"]
            guard !ownFiles.contains(where: { segment.elementsEqual($0.utf8) }),
                !String(Substring(segment)).hasSuffix("__XLDIR__")
            else { return false }
            return segment.split(separator: UInt8(ascii: "\\")).allSatisfy { piece in
                let trimmed = piece.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }
                return !trimmed.elementsEqual(".".utf8) && !trimmed.elementsEqual("..".utf8)
            }
        }
    }

    /// No control characters and no segment that a path cannot have.
    private static func isPath(_ name: String) -> Bool {
        guard !name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { return false }
        return name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .allSatisfy { segment in
                (1...nameSizeMax - 5).contains(segment.count) && !segment.elementsEqual(".".utf8)
                    && !segment.elementsEqual("..".utf8)
            }
    }

    static func makeAccessKey(_ randomness: some Randomness) -> String {
        text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", size: madeAccessKeySize, randomness)
    }

    static func makeSecret(_ randomness: some Randomness) -> Secret {
        Secret(
            text(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                size: madeSecretSize,
                randomness
            )
        )
    }

    private static func text(_ alphabet: String, size: Int, _ randomness: some Randomness) -> String {
        let letters = Array(alphabet.utf8)
        var generator = randomness.generator
        let bytes = (0..<size).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
