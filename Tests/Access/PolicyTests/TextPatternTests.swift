import Base
import Policy
import Testing

@Suite struct TextPatternTests {
    @Test(arguments: [
        ("", "", true), ("", "a", false), ("a", "a", true), ("a", "", false), ("a", "A", false),
        ("*", "", true), ("*", "anything/at all", true), ("**", "", true), ("?", "", false), ("?", "a", true),
        ("?", "ab", false), ("a*", "a", true), ("a*", "ba", false), ("*a", "ba", true), ("*a", "ab", false),
        ("a?c", "abc", true), ("a?c", "ac", false), ("a*c", "abbbc", true), ("a*c", "abbb", false),
        ("a*b*c", "a1b2b3c", true), ("a*?c", "ac", false), ("a*?c", "abc", true), ("*/x", "a/b/x", true),
        ("*ab", "aab", true), ("*aab", "aaab", true), ("a*a", "a", false), ("a*a", "aa", true),
        // `?` stands for a whole scalar, not for a byte of it.
        ("?", "ä", true), ("??", "ä", false), ("*?", "日", true), ("a?c", "a日c", true), ("*?c", "日c", true),
        // Two spellings of one letter are two texts.
        ("\u{e9}", "e\u{301}", false),
    ])
    func wildcardsMatch(pattern: String, text: String, isMatch: Bool) {
        #expect(TextPattern(pattern).matches(text) == isMatch)
    }

    @Test func foldingIgnoresTheCaseOfLettersAtoZOnly() {
        let pattern = TextPattern("S3:Get*", isFolding: true)
        #expect(pattern.matches("s3:getobject"))
        #expect(pattern.matches("S3:GETOBJECT"))
        #expect(!TextPattern("Ä", isFolding: true).matches("ä"))
        #expect(!TextPattern("[", isFolding: true).matches("{"))
    }

    /// Every pattern and text over a small alphabet, against the definition of a wildcard.
    @Test func matchingAgreesWithTheDefinition() {
        let patterns = words(over: "ab*?", lengthMax: 4)
        let texts = words(over: "ab", lengthMax: 4)
        for pattern in patterns {
            let compiled = TextPattern(pattern)
            for text in texts {
                #expect(
                    compiled.matches(text) == isMatch(Array(pattern)[...], Array(text)[...]),
                    "\(pattern) against \(text)"
                )
            }
        }
    }

    /// The same for texts that only begin: what some or every continuation matches.
    @Test func prefixesAgreeWithTheDefinition() {
        let patterns = words(over: "ab*?", lengthMax: 4)
        let prefixes = words(over: "ab", lengthMax: 2)
        let continuations = words(over: "ab", lengthMax: 4).filter { !$0.isEmpty }
        for pattern in patterns {
            let compiled = TextPattern(pattern)
            for prefix in prefixes {
                let matches = continuations.map { isMatch(Array(pattern)[...], Array(prefix + $0)[...]) }
                let span = prefix.utf8Span.span
                let (matchesSome, matchesEvery) = (
                    compiled.matchesSomeText(after: span), compiled.matchesEveryText(after: span)
                )
                #expect(matchesSome == matches.contains(true), "\(pattern) after \(prefix)")
                if matchesEvery {
                    #expect(!matches.contains(false), "\(pattern) after \(prefix)")
                }
            }
        }
    }

    @Test func aTrailingStarMatchesEveryContinuation() {
        for pattern in ["*", "b*", "bucket*", "bucket/*", "b*t/*", "*/*"] {
            #expect(matchesEveryObject(pattern), "\(pattern)")
        }
        for pattern in ["bucket/a*", "bucket", "bucket/", "bucket/*a", "c*"] {
            #expect(!matchesEveryObject(pattern), "\(pattern)")
        }
    }

    /// A matcher that goes back to every star would need more steps than there are atoms.
    @Test(arguments: [200, 1000])
    func patternsFullOfStarsAreBounded(count: Int) {
        let pattern = TextPattern(String(repeating: "*a", count: count) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 1024 + count)))
        #expect(
            pattern.matches(String(repeating: "a", count: 1024) + String(repeating: "a", count: count) + "b")
        )
    }

    private func matchesEveryObject(_ pattern: String) -> Bool {
        let prefix = "bucket/"
        return TextPattern(pattern).matchesEveryText(after: prefix.utf8Span.span)
    }

    private func words(over letters: String, lengthMax: Int) -> [String] {
        var all = [""]
        var last = [""]
        for _ in 0..<lengthMax {
            last = last.flatMap { word in letters.map { word + String($0) } }
            all += last
        }
        return all
    }

    private func isMatch(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        let rest = pattern.dropFirst()
        if first == "*" { return (0...text.count).contains { isMatch(rest, text.dropFirst($0)) } }
        guard let letter = text.first else { return false }
        return (first == "?" || first == letter) && isMatch(rest, text.dropFirst())
    }
}
