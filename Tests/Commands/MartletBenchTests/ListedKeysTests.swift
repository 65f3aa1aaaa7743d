import Testing

@testable import martlet_bench

@Suite struct ListedKeysTests {
    private func keys(_ document: String) -> ListedKeys { ListedKeys(Array(document.utf8)) }

    @Test func keysAndTokenAreFound() {
        let page = keys(
            "<ListBucketResult><NextContinuationToken>YQ==</NextContinuationToken><KeyCount>2</KeyCount>"
                + "<Contents><Key>a/1</Key><Size>1</Size></Contents><Contents><Key>a/2</Key></Contents>"
        )
        #expect(page.keys == ["a/1", "a/2"])
        #expect(page.token == "YQ==")
    }

    @Test(
        "what is not there is not found",
        arguments: ["", "<", "<Key", "<Key>", "<Key>a", "<Keys>a</Keys>", "<<<"]
    )
    func absence(document: String) {
        #expect(keys(document).keys.isEmpty)
        #expect(keys(document).token == nil)
    }
}
