import Testing

@testable import IAM

@Suite struct JournalTests {
    private func file(_ path: ItemPath) -> FileChange { FileChange(path: path, bytes: nil) }

    private func stages(_ paths: [ItemPath]) -> [[ItemPath]] {
        Journal(paths.map(file)).stages.map { $0.map(\.path) }
    }

    @Test func neighboursOfOneKindAreOneStage() {
        #expect(stages([]) == [])
        #expect(stages([.user("a")]) == [[.user("a")]])
        #expect(
            stages([.policy("a"), .policy("b"), .user("a")]) == [[.policy("a"), .policy("b")], [.user("a")]]
        )
        let mappings: [ItemPath] = [.mapping(.users, "a"), .mapping(.groups, "a"), .mapping(.users, "b")]
        #expect(stages(mappings) == [mappings])
    }

    @Test func theOrderOfKindsIsKept() {
        let paths: [ItemPath] = [.user("a"), .temporary("t"), .user("b")]
        #expect(stages(paths) == paths.map { [$0] })
    }

    @Test func aFileThatIsNamedTwiceIsTouchedTwiceInItsOrder() {
        #expect(stages([.user("a"), .user("b"), .user("a")]) == [[.user("a"), .user("b")], [.user("a")]])
    }
}
