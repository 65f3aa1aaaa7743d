import Base
import Directory
import Testing

@Suite struct FilterTemplateTests {
    @Test func placesAreFilledOnce() throws {
        let filter = try #require(FilterTemplate("(|(uid=%s)(mail=%s)(member=%d))", places: [.name, .entry]))
        #expect(
            filter.filled(name: "ann", entry: "uid=ann,dc=x") == "(|(uid=ann)(mail=ann)(member=uid=ann,dc=x))"
        )
        #expect(filter.filled(name: "%d%s", entry: "%s") == "(|(uid=%d%s)(mail=%d%s)(member=%s))")
    }

    /// RFC 4515 §3 and §4.
    @Test(arguments: [
        ("", ""), ("ann", "ann"), ("*", #"\2a"#), ("Parens R Us (for all)", #"Parens R Us \28for all\29"#),
        ("C:\\MyFile", #"C:\5cMyFile"#), ("\u{0}\u{0}\u{0}\u{4}", #"\00\00\00\04"#),
        ("Lučić", #"Lu\c4\8di\c4\87"#),
        ("a)(uid=*", #"a\29\28uid=\2a"#), ("\u{7f}", #"\7f"#), ("a&b|c!d=e<f>g~h", "a&b|c!d=e<f>g~h"),
    ])
    func aValueStaysAValue(value: String, escaped: String) throws {
        #expect(FilterTemplate.escape(value) == escaped)
        let filter = try #require(FilterTemplate("(uid=%s)", places: [.name]))
        #expect(filter.filled(name: value) == "(uid=\(escaped))")
    }

    @Test(arguments: [
        "", "uid=%s", "(uid=%s", "uid=%s)", "(uid=%s))", "((uid=%s)", "(uid=%s)(a=b)", "(uid=ann)",
        "(uid=%d)", "(uid=%)",
        "(uid=%%)", "(uid=%s)(", ")(uid=%s)(", "(uid=\u{0}%s)",
    ])
    func aFilterWithoutSenseIsRefused(text: String) { #expect(FilterTemplate(text, places: [.name]) == nil) }

    @Test("whatever a user is called", arguments: 0..<32 as Range<UInt64>)
    func randomNames(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                Bool.random(using: &generator)
                    ? UInt8.random(in: 0...255, using: &generator)
                    : Array("()*\\&|!=%sd\u{0}".utf8).randomElement(using: &generator) ?? 0
            }
            let name = String(decoding: bytes, as: UTF8.self)
            let escaped = Array(FilterTemplate.escape(name).utf8)
            #expect(!escaped.contains { "()*".utf8.contains($0) || $0 < 0x20 || $0 >= 0x7f })
            #expect(unescaped(escaped) == Array(name.utf8))
        }
    }

    private func unescaped(_ bytes: [UInt8]) -> [UInt8] {
        var (value, index) = ([UInt8](), 0)
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\") {
                value +=
                    [UInt8](hexadecimal: String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self))
                    ?? []
                index += 3
            } else {
                value.append(bytes[index])
                index += 1
            }
        }
        return value
    }
}
