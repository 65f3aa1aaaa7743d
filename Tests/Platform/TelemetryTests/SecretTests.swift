import Telemetry
import Testing

@Suite struct SecretTests {
    private struct Holder { let secret: Secret }

    @Test func nothingPrintsIt() {
        let secret = Secret("s3cr3t-key")
        var dumped = ""
        dump(Holder(secret: secret), to: &dumped)
        let texts = [
            "\(secret)", String(reflecting: secret), "\(Holder(secret: secret))", "\([secret])",
            String(reflecting: Holder(secret: secret)), dumped, "\(LogValue.of(secret))",
        ]
        for text in texts {
            #expect(!text.contains("s3cr3t"), "\(text)")
            #expect(text.contains("[redacted]"), "\(text)")
        }
        #expect(secret.revealed() == "s3cr3t-key")
    }

    @Test(arguments: [
        ("", "", true), ("a", "a", true), ("a", "b", false), ("ab", "a", false), ("xb", "ab", false),
    ])
    func equalityIsOfTheTexts(left: String, right: String, isEqual: Bool) {
        #expect((Secret(left) == Secret(right)) == isEqual)
    }
}
