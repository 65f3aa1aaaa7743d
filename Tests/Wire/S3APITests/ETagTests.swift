import S3API
import Testing

@Suite struct ETagTests {
    @Test(arguments: ["\"abc-2\"", "abc-2", "W/\"abc-2\"", " \"abc-2\" ", "\tabc-2", "\"abc-2", "abc-2\""])
    func everySpellingIsTheSameTag(text: String) {
        #expect(ETag(text) == ETag("abc-2"))
        #expect(ETag(text).quoted == "\"abc-2\"")
    }

    @Test(arguments: [
        ("*", true), ("\"a\"", true), ("a", true), ("b", false), ("\"b\", \"a\"", true), ("b,a", true),
        ("W/\"b\", W/\"a\"", true), ("\"b,a\"", false), ("", false), (" , ,", false), ("\"*\"", true),
    ])
    func listsMatch(list: String, matches: Bool) { #expect(ETagList(list).matches(ETag("a")) == matches) }
}
