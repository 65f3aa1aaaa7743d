import AdminEncryption
import JSON

/// What a path holds.
enum Item: Sendable {
    case identity(StoredIdentity)
    case members(StoredMembers)
    case policy(StoredPolicyFile)
    case mapping(StoredMapping)
    case format
    case unreadable(ItemError)

    static let sizeMax = 1 << 20

    /// - Parameter path: not the journal's.
    init(parsing text: [UInt8], at path: ItemPath) {
        do throws(ItemError) {
            self = try Self.item(try Self.object(text), path)
        } catch {
            self = .unreadable(error)
        }
    }

    /// Bytes that are UTF-8 are JSON; others are encrypted.
    init(
        reading bytes: [UInt8],
        at path: ItemPath,
        with decryption: any IAMDecryption
    ) async {
        do throws(ItemError) {
            let text = try await Self.plaintext(of: bytes, sizeMax: Self.sizeMax, with: decryption)
            self.init(parsing: text, at: path)
        } catch {
            self = .unreadable(error)
        }
    }

    static func plaintext(
        of bytes: [UInt8],
        sizeMax: Int,
        with decryption: any IAMDecryption
    ) async throws(ItemError) -> [UInt8] {
        guard bytes.count <= sizeMax else { throw .tooLarge(size: bytes.count, sizeMax: sizeMax) }
        if String(validating: bytes, as: UTF8.self) != nil { return bytes }
        guard !isFromKeyService(bytes) else { throw .encryptedByKeyService }
        do throws(AdminEncryptionError) {
            return try await decryption.decrypt(bytes)
        } catch {
            throw .undecryptable(error)
        }
    }

    /// `01`, the length of a JSON object in four bytes, the object.
    private static func isFromKeyService(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 5, bytes[0] == 1, bytes[5] == UInt8(ascii: "{") else { return false }
        let size = (1...4).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
        return size <= bytes.count - 5
    }

    static func object(_ text: [UInt8]) throws(ItemError) -> JSONObject {
        let value: JSONValue
        do throws(JSONError) {
            // Readers differ in which of two members of one name they take: nobody may hide a right so.
            value = try JSONValue(parsing: text, sizeMax: sizeMax, allowsRepeatedKeys: false)
        } catch {
            throw .malformedJSON(error)
        }
        guard let object = value.object else { throw .malformed(member: "{}") }
        return object
    }

    private static func item(_ object: JSONObject, _ path: ItemPath) throws(ItemError) -> Item {
        switch path {
        case .user(let name), .serviceAccount(let name), .temporary(let name):
            return .identity(try StoredIdentity(reading: object, name: name))
        case .group: return .members(try StoredMembers(reading: object))
        case .policy: return .policy(try StoredPolicyFile(reading: object))
        case .mapping: return .mapping(try StoredMapping(reading: object))
        case .format:
            guard let version = object["version"]?.number?.integer(as: Int.self) else {
                throw .malformed(member: "version")
            }
            guard version == 1 else { throw .unsupportedVersion(version) }
            return .format
        case .journal: preconditionFailure("the journal is no item")
        }
    }
}
