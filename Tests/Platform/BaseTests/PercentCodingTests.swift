import Base
import Testing

@Suite struct PercentCodingTests {
    @Test(arguments: [
        ("", ""), ("abcXYZ019-._~", "abcXYZ019-._~"), ("a b", "a%20b"), ("+", "%2B"), ("/", "%2F"),
        ("%", "%25"),
        ("é", "%C3%A9"), ("\u{0}\u{7f}", "%00%7F"), ("!*'()", "%21%2A%27%28%29"),
    ])
    func everythingButUnreservedIsEncoded(text: String, encoded: String) {
        #expect(PercentCoding.encode(text.utf8) == Array(encoded.utf8))
        #expect(PercentCoding.decode(encoded.utf8) == Array(text.utf8))
    }

    @Test func slashesMayStay() {
        #expect(PercentCoding.encode("a/b c".utf8, keepingSlashes: true) == Array("a/b%20c".utf8))
    }

    @Test func digitsOfEitherCaseAndPlainBytesDecode() {
        #expect(PercentCoding.decode("%c3%A9+é".utf8) == Array("é+é".utf8))
        #expect(PercentCoding.decode("%2541".utf8) == Array("%41".utf8))
    }

    @Test(arguments: ["%", "a%", "%2", "%zz", "%2z", "%%41", "% 41"]) func brokenEscapesAreRefused(
        text: String
    ) {
        #expect(PercentCoding.decode(text.utf8) == nil)
    }

    @Test func everyByteComesBack() {
        let bytes = Array(UInt8.min...UInt8.max)
        #expect(PercentCoding.decode(PercentCoding.encode(bytes)) == bytes)
    }
}
