import Base

/// A search filter (RFC 4515) with places for the user's name (`%s`) and, for groups, the user's entry (`%d`).
///
/// What is filled in can only ever be a value: it adds no condition and no wildcard, and is itself not looked through
/// for places.
package struct FilterTemplate: Sendable, Equatable {
    package enum Place: UInt8, Sendable {
        case name = 0x73
        case entry = 0x64
    }

    private enum Part: Sendable, Equatable {
        case text(String)
        case place(Place)
    }

    private let parts: [Part]

    /// - Returns: `nil` unless `text` is in parentheses that balance and has one of the `places`, and no other one.
    package init?(_ text: String, places: Set<Place>) {
        guard Self.isBalanced(text) else { return nil }
        var parts: [Part] = []
        var rest = text.utf8[...]
        while let percent = rest.firstIndex(of: UInt8(ascii: "%")) {
            parts.append(.text(String(decoding: rest[..<percent], as: UTF8.self)))
            guard let place = rest[percent...].dropFirst().first.flatMap({ Place(rawValue: $0) }),
                places.contains(place)
            else { return nil }
            parts.append(.place(place))
            rest = rest[percent...].dropFirst(2)
        }
        guard !parts.isEmpty else { return nil }
        parts.append(.text(String(decoding: rest, as: UTF8.self)))
        self.parts = parts
    }

    package func filled(name: String, entry: String = "") -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .place(.name): Self.escape(name)
            case .place(.entry): Self.escape(entry)
            }
        }.joined()
    }

    /// RFC 4515 §3: by their numbers, all bytes but letters, digits, and the marks that mean nothing in a filter.
    package static func escape(_ value: String) -> String {
        var text = ""
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "*"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\\"), 0..<0x20,
                0x7f...0xff:
                text += "\\" + [byte].hexadecimal
            default: text.unicodeScalars.append(UnicodeScalar(byte))
            }
        }
        return text
    }

    private static func isBalanced(_ text: String) -> Bool {
        guard text.first == "(", text.last == ")", !text.utf8.contains(0) else { return false }
        var depth = 0
        for (index, byte) in text.utf8.enumerated() {
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            if depth == 0, index < text.utf8.count - 1 { return false }
        }
        return depth == 0
    }
}
