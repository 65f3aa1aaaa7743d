import Base
import TestSupport
import Topology

/// Keys that are hard on a listing: neighbours in bytewise order that are none in a folder, objects with others below
/// them, names that only a comparison of bytes tells apart, long ones.
package struct RandomKeys {
    private static let plain = [
        "a", "a-", "a-b", "a.", "a.b", "a/", "a!", "a0", "ab", "b", "b-", "z", "0", "A", "_", "~", " ", "+",
        "%2F", "a b",
    ]

    /// `/` is part of a character with what follows or precedes it, or two spellings are one character.
    private static let odd = [
        "é", "e\u{301}", "\u{301}", "\u{301}a", "\u{600}", "a\u{600}", "a\u{323}\u{301}", "a\u{301}\u{323}",
        "가",
        "\u{1100}\u{1161}", "\u{200d}", "👩\u{200d}👩\u{200d}👧", "👩", "\r", "\n", "\r\n", "\t", "\u{1}",
        "\u{7f}", "\u{85}",
        "\u{7ff}", "\u{800}", "\u{ffee}", "\u{fffd}", "\u{10ffff}", "\\", "<&>\"'", "日本", "語",
        "xl.meta.", "part.1", "0b4a8a7c-3c1f-4bb7-8f0e-2f7a3f1c9d11",
    ]

    private static let long = [
        String(repeating: "l", count: 255), String(repeating: "l", count: 254),
        String(repeating: "é", count: 120),
        String(repeating: "l", count: 246) + "/",
    ]

    private var random: SeededGenerator

    package init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// Different keys that can all be stored.
    package mutating func keys(_ count: Int) -> [String] {
        var seen: Set<Octets> = []
        var keys: [String] = []
        while keys.count < count {
            let key = key()
            guard (try? ObjectName(key: key)) != nil, seen.insert(Octets(key)).inserted else { continue }
            keys.append(key)
        }
        return keys
    }

    private mutating func key() -> String {
        var key = ""
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            key += key.isEmpty || key.utf8.last == UInt8(ascii: "/") ? segment() : "/" + segment()
        }
        return Int.random(in: 0..<8, using: &random) == 0 ? key + "/" : key
    }

    private mutating func segment() -> String {
        switch Int.random(in: 0..<40, using: &random) {
        case 0: pick(Self.long)
        case 1..<14: pick(Self.odd)
        case 14..<20: pick(Self.plain) + pick(Self.odd)
        case 20..<28: pick(Self.plain) + pick(Self.plain)
        default: pick(Self.plain)
        }
    }

    /// A question about a bucket that holds `keys`.
    package mutating func query(about keys: [String]) -> ListingModel.Query {
        var query = ListingModel.Query()
        if Int.random(in: 0..<3, using: &random) > 0 { query.prefix = start(of: pick(keys)) }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: break
        case 1, 2: query.delimiter = "/"
        default: query.delimiter = delimiter(from: pick(keys))
        }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: query.after = pick(keys)
        case 1: query.after = start(of: pick(keys))
        case 2: query.after = start(of: pick(keys)) + pick(["\u{1}", "/", "\u{10ffff}", "\u{301}"])
        default: break
        }
        if query.after?.isEmpty == true { query.after = nil }
        return query
    }

    private mutating func delimiter(from key: String) -> String {
        guard Int.random(in: 0..<2, using: &random) == 0 else {
            return pick(["a", "a/", "/a", "-", ".", "b/a", "é", "\u{301}", "\n", "l", "ll", "//", "\u{600}/"])
        }
        let scalars = Array(key.unicodeScalars)
        let start = Int.random(in: 0..<scalars.count, using: &random)
        return Self.text(scalars[start..<min(scalars.count, start + Int.random(in: 1...3, using: &random))])
    }

    private mutating func start(of key: String) -> String {
        let scalars = Array(key.unicodeScalars)
        return Self.text(scalars[..<Int.random(in: 0...scalars.count, using: &random)])
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private mutating func pick(_ choices: [String]) -> String {
        choices[Int.random(in: 0..<choices.count, using: &random)]
    }
}
