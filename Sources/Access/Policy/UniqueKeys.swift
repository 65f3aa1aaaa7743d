import JSON

/// Looks for keys that an object has twice, of which a JSON value would keep the last one only: in a policy
/// that would silently drop conditions.
struct UniqueKeys {
    private let text: [UInt8]
    private var index = 0

    /// `text` is valid JSON.
    init(text: [UInt8]) { self.text = text }

    /// The first key that occurs twice in one object.
    mutating func firstDuplicate() -> String? {
        var objects: [Set<[UInt8]>?] = []
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "{"): objects.append([])
            case UInt8(ascii: "["): objects.append(nil)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): objects.removeLast()
            case UInt8(ascii: "\""):
                let literal = passString()
                guard isKey, let last = objects.indices.last else { continue }
                let key = Self.text(of: literal)
                if objects[last]?.insert(Array(key.utf8)).inserted == false { return key }
                continue
            default: break
            }
            index += 1
        }
        return nil
    }

    private mutating func passString() -> ArraySlice<UInt8> {
        let start = index
        index += 1
        while text[index] != UInt8(ascii: "\"") { index += text[index] == UInt8(ascii: "\\") ? 2 : 1 }
        index += 1
        return text[start..<index]
    }

    /// Whether a colon follows.
    private var isKey: Bool {
        text[index...].first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) } == UInt8(ascii: ":")
    }

    private static func text(of literal: ArraySlice<UInt8>) -> String {
        do {
            return try JSONValue(parsing: literal).string ?? ""
        } catch {
            preconditionFailure("a key of valid JSON is a string: \(error)")
        }
    }
}
