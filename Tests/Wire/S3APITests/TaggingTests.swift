import Base
import S3API
import TestSupport
import Testing

private func tag(_ key: String, _ value: String) -> String {
    "<Tag><Key>\(key)</Key><Value>\(value)</Value></Tag>"
}

private func tagging(
    _ tags: String,
    of subject: Tagging.Subject = .object
) throws(S3Error) -> Tagging {
    try Tagging(parsing: Array("<Tagging><TagSet>\(tags)</TagSet></Tagging>".utf8), of: subject)
}

private func tags(_ count: Int) -> String { (0..<count).map { tag("key \($0)", "v") }.joined() }

@Suite struct TaggingTests {
    @Test func tagsKeepTheirOrderAndTheirSpaces() throws {
        let found = try tagging(tag("b", " 2 ") + tag("a", "") + tag("Größe/x", "a=1+2@y:z._-"))
        #expect(found.tags == [.init("b", " 2 "), .init("a", ""), .init("Größe/x", "a=1+2@y:z._-")])
    }

    @Test(arguments: [(Tagging.Subject.object, 10), (.bucket, 50)])
    func thereIsAMostOfTags(subject: Tagging.Subject, countMax: Int) throws {
        #expect(try tagging("", of: subject).tags.isEmpty)
        #expect(try tagging(tags(countMax), of: subject).tags.count == countMax)
        let error = #expect(throws: S3Error.self) { try tagging(tags(countMax + 1), of: subject) }
        #expect(error?.code == .invalidTag)
    }

    /// Characters beyond the first plane count twice.
    @Test(arguments: [
        (String(repeating: "k", count: 128), String(repeating: "v", count: 256), true),
        (String(repeating: "k", count: 129), "", false), ("k", String(repeating: "v", count: 257), false),
        (String(repeating: "𝒌", count: 64), String(repeating: "𝒗", count: 128), true),
        (String(repeating: "𝒌", count: 65), "", false), ("k", String(repeating: "𝒗", count: 129), false),
        ("", "v", false), ("a!", "v", false), ("a", "v?", false), ("a", "tab\u{9}", false), ("😀", "v", false),
        ("aws:x", "v", false), ("AWS:x", "v", false), ("aws", "v", true), ("日本", "語", true),
    ])
    func keysAndValuesHaveTheirLimits(key: String, value: String, isAllowed: Bool) {
        do throws(S3Error) {
            let found = try tagging(tag(key, value))
            #expect(isAllowed)
            #expect(found.tags == [.init(key, value)])
        } catch {
            #expect(!isAllowed)
            #expect(error.code == .invalidTag)
        }
    }

    @Test func keysAreUniqueByTheirBytes() throws {
        let error = #expect(throws: S3Error.self) { try tagging(tag("a", "1") + tag("a", "2")) }
        #expect(error?.code == .invalidTag)
        #expect(try tagging(tag("a", "1") + tag("A", "1")).tags.count == 2)
        // Composed and decomposed.
        #expect(try tagging(tag("\u{e9}", "1") + tag("e\u{301}", "1")).tags.count == 2)
    }

    @Test(arguments: [
        "", "<Tagging/>", "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>", "<TagSet/>",
        "<Tagging><TagSet><Tag><Value>a</Value></Tag></TagSet></Tagging>", "<Tagging><TagSet>",
    ])
    func whatIsNoSetOfTagsIsRefused(text: String) {
        let error = #expect(throws: S3Error.self) { try Tagging(parsing: Array(text.utf8), of: .object) }
        #expect(error?.code == .malformedXML)
    }

    @Test(
        arguments: [
            ("a=1&key+two=%C3%BC%2Bx", [.init("a", "1"), .init("key two", "ü+x")]), ("", []),
            ("a", [.init("a", "")]),
        ] as [(String, [Tagging.Tag])]
    )
    func aHeaderIsReadLikeAForm(header: String, tags: [Tagging.Tag]) throws {
        #expect(try Tagging(header: header).tags == tags)
    }

    @Test(
        arguments: [
            ("a=1&a=2", .invalidArgument), ("a=%zz", .invalidArgument), ("a=%ff", .invalidArgument),
            ("=1", .invalidTag), ("a=%21", .invalidTag), ("aws:a=1", .invalidTag),
            ((0...10).map { "k\($0)=v" }.joined(separator: "&"), .invalidTag),
        ] as [(String, S3Error.Code)]
    )
    func badHeadersAreRefused(header: String, code: S3Error.Code) {
        let error = #expect(throws: S3Error.self) { try Tagging(header: header) }
        #expect(error?.code == code)
    }

    @Test func clientsAreToldTagsInTheOrderOfTheirKeys() {
        let tags: [Tagging.Tag] = [.init("foo", "1"), .init("ü", "2"), .init("Foo", "3"), .init("bar", "")]
        #expect(Tagging(tags).sorted.tags.map(\.key) == ["Foo", "bar", "foo", "ü"])
    }

    /// As Go's `url.QueryEscape` writes it, which MinIO stores.
    @Test func theStoredFormIsAForm() {
        let tagging = Tagging([.init("a b", "1+2=3"), .init("ü/-_.~", "")])
        #expect(tagging.encoded == "a+b=1%2B2%3D3&%C3%BC%2F-_.~=")
        #expect(Tagging(encoded: tagging.encoded) == tagging)
    }

    @Test(arguments: 0..<32 as Range<UInt64>) func mutatedTagsAreReadOrRefused(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let body = Array("<Tagging><TagSet>\(tag("a&amp;", "1"))\(tag("b", "ü"))</TagSet></Tagging>".utf8)
        for _ in 0..<200 {
            do throws(S3Error) {
                let found = try Tagging(parsing: mutated(body, using: &generator), of: .object)
                #expect(found.tags.count <= 10)
                #expect(Tagging(encoded: found.encoded) == found)
            } catch { #expect(error.code == .malformedXML || error.code == .invalidTag) }
            let header = String(
                decoding: mutated(Array("a=1&key+two=%C3%BC&c".utf8), using: &generator),
                as: UTF8.self
            )
            do throws(S3Error) {
                let found = try Tagging(header: header)
                #expect(Tagging(encoded: found.encoded) == found)
            } catch { #expect(error.code == .invalidArgument || error.code == .invalidTag) }
        }
    }
}
