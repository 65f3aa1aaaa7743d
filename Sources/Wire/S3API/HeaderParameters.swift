internal import Base

/// A header's value with parameters, as in `form-data; name="file"; filename="a;b.txt"` (RFC 9110 §5.6.6). Lenient
/// where browsers differ: between quotes a backslash stands for itself unless a quote or another one follows it.
struct HeaderParameters {
    /// Before the first semicolon, in lower case.
    let kind: String
    private var parameters: [(name: String, value: [UInt8])] = []

    init(_ value: [UInt8]) {
        let end = value.firstIndex(of: UInt8(ascii: ";")) ?? value.count
        kind = Self.name(value[..<end])
        var rest = value[end...]
        while rest.first == UInt8(ascii: ";") {
            rest = rest.dropFirst()
            let name = Self.name(rest.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ";") })
            rest = rest.drop { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ";") }
            guard rest.first == UInt8(ascii: "=") else { continue }
            rest = Self.withoutSpace(rest.dropFirst())
            parameters.append((name, Self.takeValue(&rest)))
            rest = rest.drop { $0 != UInt8(ascii: ";") }
        }
    }

    /// The first one of that name, which is in lower case.
    subscript(name: String) -> [UInt8]? { parameters.first { $0.name == name }?.value }

    private static func takeValue(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        guard rest.first == UInt8(ascii: "\"") else {
            let value = rest.prefix { $0 != UInt8(ascii: ";") }
            rest = rest.dropFirst(value.count)
            return Array(value.reversed().drop { isSpace($0) }.reversed())
        }
        rest = rest.dropFirst()
        var value: [UInt8] = []
        while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\"), let next = rest.first,
                next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\")
            {
                value.append(next)
                rest = rest.dropFirst()
            } else {
                value.append(byte)
            }
        }
        return value
    }

    private static func name(_ bytes: ArraySlice<UInt8>) -> String {
        let text = withoutSpace(bytes).reversed().drop { isSpace($0) }.reversed()
        return String(decoding: Array(text), as: UTF8.self).lowercased()
    }

    private static func withoutSpace(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        bytes.drop { isSpace($0) }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
