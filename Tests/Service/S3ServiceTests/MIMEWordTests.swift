import Testing

@testable import S3Service

@Suite struct MIMEWordTests {
    @Test(arguments: [
        ("plain text", "plain text"),
        ("", ""),
        ("tab\tis plain", "tab\tis plain"),
        ("=?UTF-8?b?already?=", "=?UTF-8?b?already?="),
        ("ö", "=?UTF-8?q?=C3=B6?="),
        ("ÄMÄZÕÑ S3", "=?UTF-8?q?=C3=84M=C3=84Z=C3=95=C3=91_S3?="),
        ("a=b?c_d ö", "=?UTF-8?q?a=3Db=3Fc=5Fd_=C3=B6?="),
        ("öha, das", "=?UTF-8?b?w7ZoYSwgZGFz?="),
        ("line\nbreak", "=?UTF-8?q?line=0Abreak?="),
    ])
    func valuesAreWrittenAsMinIOWritesThem(value: String, expected: String) {
        #expect(MIMEWord.encode(value) == expected)
    }

    @Test(arguments: ["ö", "ö,"])
    func longValuesAreSeveralWordsOfAtMost75Characters(piece: String) {
        let words = MIMEWord.encode(String(repeating: piece, count: 60)).split(separator: " ")
        #expect(words.count > 1)
        #expect(words.allSatisfy { $0.utf8.count <= 75 })
    }
}

@Suite struct CanonicalNameTests {
    @Test(arguments: [
        ("x-amz-meta-name", "X-Amz-Meta-Name"),
        ("X-AMZ-META-SOME-name", "X-Amz-Meta-Some-Name"),
        ("x-amz-meta-a_b", "X-Amz-Meta-A_b"),
        ("x-amz-meta--a", "X-Amz-Meta--A"),
        ("x-amz-meta-1a", "X-Amz-Meta-1a"),
    ])
    func namesAreSpelledAsOnMinIOsDrives(name: String, expected: String) {
        #expect(canonicalName(name) == expected)
    }
}
