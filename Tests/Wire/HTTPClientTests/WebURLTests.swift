import Base
import HTTPClient
import Posix
import TestSupport
import Testing

@Suite struct WebURLTests {
    @Test(arguments: [
        (
            "https://idp.example/.well-known/openid-configuration", "https://idp.example",
            "/.well-known/openid-configuration"
        ),
        ("HTTPS://IdP.Example:443", "https://idp.example", "/"),
        ("http://idp.example:80/", "http://idp.example", "/"),
        ("http://idp.example:443/a?b=c&d=%40", "http://idp.example:443", "/a?b=c&d=%40"),
        ("https://idp.example:65535?q", "https://idp.example:65535", "/?q"),
        ("http://127.0.0.1:9400/x", "http://127.0.0.1:9400", "/x"),
        ("http://[2001:DB8:0:0::1]:8080/x", "http://[2001:db8::1]:8080", "/x"),
        ("http://localhost/a@b:c", "http://localhost", "/a@b:c"),
        ("https://a_b-c.1x/", "https://a_b-c.1x", "/"),
    ])
    func aURLIsOriginAndTarget(text: String, origin: String, target: String) throws {
        let url = try WebURL(text)
        #expect(url.origin.description == origin)
        #expect(url.target == target)
        #expect(try WebURL(url.text) == url)
    }

    @Test(arguments: [
        ("", WebURLError.unknownScheme), ("idp.example", .unknownScheme),
        ("ftp://idp.example/", .unknownScheme),
        ("file:///etc/passwd", .unknownScheme), ("gopher://127.0.0.1:25/_", .unknownScheme),
        ("http:/idp.example", .unknownScheme), ("javascript://x", .unknownScheme),
        (" http://a/", .unknownScheme),
        ("https://good.example@evil.example/", .userInformation),
        ("https://good.example:pw@evil.example/", .userInformation),
        ("https://good.example%40evil.example/", .malformedHost),
        ("https://@evil.example/", .userInformation),
        ("https://evil.example\\@good.example/", .unexpectedByte(0x5c, offset: 20)),
        ("https://good.example#@evil.example/", .fragment), ("https://a/#b", .fragment),
        ("https://good.example\t.evil.example/", .unexpectedByte(9, offset: 20)),
        ("https://good.example /", .unexpectedByte(0x20, offset: 20)),
        ("https://a/\r\nHost: b", .unexpectedByte(13, offset: 10)),
        ("https://a/\u{0}", .unexpectedByte(0, offset: 10)),
        ("https://göod/", .unexpectedByte(0xc3, offset: 9)),
        ("https:///path", .malformedHost), ("https://", .malformedHost), ("https://:443/", .malformedHost),
        ("https://a..b/", .malformedHost), ("https://a./", .malformedHost), ("https://a,b/", .malformedHost),
        ("http://2130706433/", .malformedHost), ("http://127.1/", .malformedHost),
        ("http://0x7f000001/", .malformedHost), ("http://0x7f.0.0.0x1/", .malformedHost),
        ("http://0177.0.0.1/", .malformedHost), ("http://127.0.0.01/", .malformedHost),
        ("http://127.0.0.1.5/", .malformedHost), ("http://256.0.0.1/", .malformedHost),
        ("http://[::1/", .malformedHost), ("http://[::1%25eth0]/", .malformedHost),
        ("http://[]/", .malformedHost),
        ("http://[127.0.0.1]/", .malformedHost), ("http://[::1]x/", .malformedHost),
        ("http://::1/", .malformedHost),
        ("http://a:/", .malformedPort), ("http://a:0/", .malformedPort), ("http://a:65536/", .malformedPort),
        ("http://a:+80/", .malformedPort), ("http://a:80:80/", .malformedPort),
        ("http://a:000080/", .malformedPort),
    ])
    func anythingElseIsRefused(text: String, error: WebURLError) {
        #expect(throws: error) { try WebURL(text) }
    }

    @Test func aLabelHasAtMost63BytesAndANameAtMost253() throws {
        let label = String(repeating: "a", count: 63)
        _ = try WebURL("http://\(label)/")
        #expect(throws: WebURLError.malformedHost) { try WebURL("http://\(label)a/") }
        let name = [label, label, label, String(repeating: "a", count: 61)].joined(separator: ".")
        _ = try WebURL("http://\(name)/")
        #expect(throws: WebURLError.malformedHost) { try WebURL("http://\(name)a/") }
    }

    @Test func aURLHasAtMost4096Bytes() throws {
        let start = "http://a/"
        _ = try WebURL(start + String(repeating: "b", count: WebURL.sizeMax - start.count))
        #expect(throws: WebURLError.tooLong(size: 4097, sizeMax: 4096)) {
            try WebURL(start + String(repeating: "b", count: WebURL.sizeMax - start.count + 1))
        }
    }

    @Test("a mutated URL is refused or reads the same twice", arguments: 0..<32 as Range<UInt64>)
    func mutations(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let originals = [
            "https://idp.example:8443/a/b?c=d", "http://[2001:db8::1]:80/", "http://127.0.0.1:9400/x",
        ]
        for original in originals {
            for _ in 0..<200 {
                let text = String(decoding: mutated(Array(original.utf8), using: &generator), as: UTF8.self)
                do throws(WebURLError) {
                    let url = try WebURL(text)
                    #expect(try WebURL(url.text) == url)
                    #expect(!url.origin.description.contains { $0 == "@" || $0 == "\\" || $0 == " " })
                } catch {
                    // Refused, which is fine; that it is one of the module's errors, the compiler knows.
                }
            }
        }
    }
}
