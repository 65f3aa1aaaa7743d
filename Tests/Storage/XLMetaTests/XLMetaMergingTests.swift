import Base
import TestSupport
import Testing

@testable import XLMeta

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct XLMetaMergingTests {
    private static let a = UUID(high: 10, low: 1)
    private static let b = UUID(high: 10, low: 2)
    private static let c = UUID(high: 10, low: 3)

    private func file(_ versions: [(UUID, Int64)], tags: String = "") throws -> XLMetaFile {
        var file = XLMetaFile()
        for (id, seconds) in versions {
            let metadata: MetadataMap = tags.isEmpty ? [:] : ["X-Amz-Tagging": tags]
            _ = try file.add(XLMetaFileTests.object(id, at: seconds, userMetadata: metadata))
        }
        return file
    }

    private func ids(_ merged: [XLMergedVersion]) -> [UUID] { merged.map(\.header.versionID) }

    @Test("equal files agree on everything", arguments: 1...4)
    func agreement(quorum: Int) throws {
        let file = try file([(Self.a, 1), (Self.b, 2), (Self.c, 3)])
        let merged = XLMetaFile.merge([file, file, file, file], quorum: quorum)
        #expect(ids(merged) == [Self.c, Self.b, Self.a])
        #expect(merged.allSatisfy { $0.driveIndices == [0, 1, 2, 3] })
    }

    @Test("too few files have nothing to say", arguments: [3, 4])
    func tooFew(quorum: Int) throws {
        let file = try file([(Self.a, 1)])
        #expect(XLMetaFile.merge([file, nil, file, nil], quorum: quorum).isEmpty)
        #expect(ids(XLMetaFile.merge([file, nil, file, nil], quorum: 2)) == [Self.a])
    }

    @Test func noFilesAreNoVersions() { #expect(XLMetaFile.merge([], quorum: 1).isEmpty) }

    @Test func aVersionOnOneDriveIsPassedOver() throws {
        let old = try file([(Self.a, 1), (Self.b, 2)])
        let new = try file([(Self.a, 1), (Self.b, 2), (Self.c, 3)])
        #expect(ids(XLMetaFile.merge([new, old, old], quorum: 2)) == [Self.b, Self.a])
        let all = XLMetaFile.merge([new, old, old], quorum: 1)
        #expect(ids(all) == [Self.c, Self.b, Self.a])
        #expect(all.map(\.driveIndices) == [[0], [0, 1, 2], [0, 1, 2]])
    }

    @Test func aVersionMissingInTheMiddleIsStillAgreedOn() throws {
        let whole = try file([(Self.a, 1), (Self.b, 2), (Self.c, 3)])
        let gap = try file([(Self.a, 1), (Self.c, 3)])
        let merged = XLMetaFile.merge([whole, gap, whole], quorum: 2)
        #expect(ids(merged) == [Self.c, Self.b, Self.a])
        #expect(merged[1].driveIndices == [0, 2])
    }

    @Test func otherMetadataIsTheSameVersionAndTheMoreFrequentHeaderWins() throws {
        let plain = try file([(Self.a, 1)])
        let tagged = try file([(Self.a, 1)], tags: "x=y")
        for files in [[plain, tagged, tagged], [tagged, plain, tagged], [tagged, tagged, plain]] {
            let merged = XLMetaFile.merge(files, quorum: 3)
            #expect(merged.map(\.header) == [tagged.entries[0].header])
            #expect(merged.first?.driveIndices == [0, 1, 2])
        }
    }

    @Test func nullVersionsOfDifferentTimesAreDifferent() throws {
        let old = try file([(.zero, 1)])
        let new = try file([(.zero, 2)])
        #expect(XLMetaFile.merge([old, new, old, new], quorum: 3).isEmpty)
        let merged = XLMetaFile.merge([old, new, old, new], quorum: 2)
        #expect(merged.map(\.header.modificationTime) == [Timestamp(seconds: 2)])
        #expect(merged.first?.driveIndices == [1, 3])
    }

    @Test func allFormsOfAVersionAreFound() throws {
        let old = try file([(.zero, 1), (Self.a, 5)])
        let new = try file([(Self.a, 5), (.zero, 9)])
        let forms = XLMetaFile.forms(of: .zero, in: [old, new, nil, old])
        #expect(forms.map(\.header.modificationTime) == [Timestamp(seconds: 9), Timestamp(seconds: 1)])
        #expect(forms.map(\.driveIndices) == [[1], [0, 3]])
        #expect(XLMetaFile.forms(of: Self.b, in: [old, new]).isEmpty)
    }

    @Test func anOverwriteOnTooFewDrivesDoesNotHideWhatItReplaces() throws {
        let old = try file([(.zero, 1), (Self.a, 5)])
        let new = try file([(Self.a, 5), (.zero, 9)])
        let merged = XLMetaFile.merge([old, new, old, old], quorum: 3)
        #expect(ids(merged) == [Self.a, .zero])
        #expect(merged.map(\.driveIndices) == [[0, 1, 2, 3], [0, 2, 3]])
    }

    @Test("many versions merge in their number's time", .timeLimit(.minutes(10)))
    func manyVersions() throws {
        let entry = try file([(Self.a, 1)]).entries[0]
        var file = XLMetaFile()
        file.entries = (0..<20_000).map { index in
            var header = entry.header
            header.versionID = UUID(high: 1, low: UInt64(index))
            header.modificationTime = Timestamp(seconds: Int64(100_000 - index))
            return XLMetaFile.Entry(header: header, body: entry.body)
        }
        // Of this thread alone: other tests run beside it.
        let start = threadSeconds()
        #expect(XLMetaFile.merge([file, file, file, file], quorum: 3).count == 20_000)
        #expect(threadSeconds() - start < 20)
    }

    /// Seconds for which the processor has worked for this thread.
    private func threadSeconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec
    }

    @Test("headers without known geometry match those with it")
    func unknownGeometry() throws {
        var header = try #require(try file([(Self.a, 1)]).entries.first?.header)
        let known = header
        header.parityShardCount = 0
        header.dataShardCount = 0
        #expect(header.describesSameVersion(as: known))
        header.dataShardCount = 3
        #expect(!header.describesSameVersion(as: known))
    }

    @Test("seeded histories: what a quorum holds alike comes out, once, in order", arguments: 0..<200)
    func histories(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let versions = (1...8).map { (UUID(using: &random), Int64($0)) }
        let kept = (0..<5).map { _ in versions.filter { _ in Int.random(in: 0..<4, using: &random) > 0 } }
        let files = try kept.map { try file($0) }
        for quorum in 1...5 {
            let merged = XLMetaFile.merge(files, quorum: quorum)
            let expected = versions.reversed().filter { version in
                kept.count { list in list.contains { $0.0 == version.0 } } >= quorum
            }
            #expect(ids(merged) == expected.map(\.0))
        }
    }

    @Test(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
    func tenDrivesOfTwoFormatsAgree() throws {
        let files = try (1...10).map {
            try XLMetaFile(parsing: try Fixtures.bytes("minio-captures/xl-meta-consist/\($0)/xl.meta"))
        }
        #expect(files.allSatisfy { $0.entries.map(\.header.signature) == [0x12ab_49e5] })
        let merged = XLMetaFile.merge(files, quorum: 10)
        #expect(merged.count == 1)
        #expect(merged.first?.driveIndices == Array(0..<10))
        #expect(merged.first?.header.signature == 0x12ab_49e5)
        guard case .object(let object) = try files[0].entries[0].version() else {
            Issue.record("not an object")
            return
        }
        #expect(object.size == 141_250)
    }

    @Test(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
    func twoDivergentGroupsAreKeptApart() throws {
        let files = try (1...8).map {
            try XLMetaFile(
                parsing: try Fixtures.bytes("minio-captures/xl-meta-merge/xl\($0)/testbucket/hosts/xl.meta")
            )
        }
        let firstGroup = try #require(UUID("1f163718-9bc5-4b01-bff7-5d8cf09caf10"))
        let merged = XLMetaFile.merge(files, quorum: 4)
        #expect(merged.count == 3)
        #expect(merged.first { $0.header.versionID == firstGroup }?.driveIndices == [0, 1, 2, 3])
        #expect(merged.first { $0.header.versionID == .zero }?.driveIndices == [4, 5, 6, 7])
        #expect(XLMetaFile.merge(files, quorum: 5).isEmpty)
    }
}
