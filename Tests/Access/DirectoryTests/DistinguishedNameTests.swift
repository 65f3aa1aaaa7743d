import Base
import Directory
import TestSupport
import Testing

@Suite struct DistinguishedNameTests {
    /// The right-hand sides follow RFC 4514 §2.4 and what go-ldap makes of such names, in which MinIO writes its mappings.
    @Test(arguments: [
        ("", ""), ("   ", ""),
        ("uid=ann,ou=people,dc=example", "uid=ann,ou=people,dc=example"),
        ("UID=Ann,OU=People,DC=Example", "uid=Ann,ou=People,dc=Example"),
        ("  uid = ann , ou =people ;dc=  example  ", "uid=ann,ou=people,dc=example"),
        ("cn=a  b", "cn=a  b"), ("cn=", "cn="), ("cn=,dc=x", "cn=,dc=x"),
        ("OU=Sales+CN=J. Smith,DC=example", "cn=J. Smith+ou=Sales,dc=example"),
        (#"cn=James \"Jim\" Smith\, III,dc=x"#, #"cn=James \"Jim\" Smith\, III,dc=x"#),
        (#"cn=a\2cb\2C,dc=x"#, #"cn=a\,b\,,dc=x"#), (#"cn=a\=b=c"#, "cn=a=b=c"),
        (#"cn=\ a\ "#, #"cn=\ a\ "#), (#"cn=\20a\20 "#, #"cn=\ a\ "#), (#"cn=a\\ "#, #"cn=a\\"#),
        (##"cn=\#a#"##, ##"cn=\#a#"##), (#"cn=a\+\;\<\>"#, #"cn=a\+\;\<\>"#),
        ("cn=Köln", #"cn=K\c3\b6ln"#), (#"cn=K\c3\B6ln"#, #"cn=K\c3\b6ln"#), (#"cn=a\0d\00"#, #"cn=a\0d\00"#),
        ("1.3.6.1=#04024869", "1.3.6.1=Hi"), ("1.3.6.1=#0400,dc=x", "1.3.6.1=,dc=x"),
        ("1.3.6.1=#04810248FF+a=b", #"1.3.6.1=H\ff+a=b"#),
        ("cn=a(b)*", "cn=a(b)*"),
    ])
    func aNameHasOneForm(text: String, normalised: String) throws {
        let name = try DistinguishedName(text)
        #expect(name.description == normalised)
        #expect(try DistinguishedName(normalised) == name)
    }

    @Test(arguments: [
        ("ann", DistinguishedNameError.malformedType(offset: 3)), ("=a", .malformedType(offset: 0)),
        ("cn=a,", .malformedType(offset: 5)), ("cn=a,,dc=x", .malformedType(offset: 5)),
        ("cn=a+", .malformedType(offset: 5)),
        ("c n=a", .malformedType(offset: 2)), ("cö=a", .malformedType(offset: 1)),
        (#"cn=a\"#, .malformedEscape(offset: 4)), (#"cn=\x"#, .malformedEscape(offset: 3)),
        (#"cn=\4"#, .malformedEscape(offset: 3)), (#"cn=\4g"#, .malformedEscape(offset: 3)),
        ("cn=a\"b", .unescapedByte(0x22, offset: 4)), ("cn=a<b", .unescapedByte(0x3c, offset: 4)),
        ("cn=a>", .unescapedByte(0x3e, offset: 4)), ("cn=\u{0}", .unescapedByte(0, offset: 3)),
        ("cn=#", .malformedEncoding(offset: 3)), ("cn=#04", .malformedEncoding(offset: 3)),
        ("cn=#0401", .malformedEncoding(offset: 3)), ("cn=#040141ff", .malformedEncoding(offset: 3)),
        ("cn=#04024", .malformedEncoding(offset: 3)), ("cn=#0480", .malformedEncoding(offset: 3)),
        ("cn=#0484ffffffff", .malformedEncoding(offset: 3)), ("cn=#3000", .malformedEncoding(offset: 3)),
        ("cn=#xyz", .malformedEncoding(offset: 3)),
    ])
    func whatIsNoNameIsRefused(text: String, error: DistinguishedNameError) {
        #expect(throws: error) { try DistinguishedName(text) }
    }

    @Test func aNameHasAMaximalSize() throws {
        let sizeMax = DistinguishedName.sizeMax
        _ = try DistinguishedName("cn=" + String(repeating: "a", count: sizeMax - 3))
        #expect(throws: DistinguishedNameError.tooLong(size: sizeMax + 1, sizeMax: sizeMax)) {
            try DistinguishedName("cn=" + String(repeating: "a", count: sizeMax - 2))
        }
    }

    @Test("a mutated name is refused, or its form stays what it is", arguments: 0..<32 as Range<UInt64>)
    func mutations(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let originals = [
            #"CN=James \"Jim\" Smith\, III+ou=x , DC=K\c3\b6ln"#,
            "1.3.6.1=#04024869,uid=ann,ou=people,dc=example",
            #"cn=\ a\ ,dc=#0400"#,
        ]
        for original in originals {
            for _ in 0..<200 {
                let text = String(decoding: mutated(Array(original.utf8), using: &generator), as: UTF8.self)
                do throws(DistinguishedNameError) {
                    let name = try DistinguishedName(text)
                    let again = try DistinguishedName(name.description)
                    #expect(again.description == name.description)
                    #expect(again.relativeNames.count == name.relativeNames.count)
                } catch {
                    // Refused, which is fine; but not the form that was just made.
                    #expect((try? DistinguishedName(text)) == nil)
                }
            }
        }
    }
}
