import Base
import Foundation
import JSON
import TestSupport
import Testing

@testable import Topology

@Suite struct DriveFormatTests {
    private struct Numbers: Randomness {
        private let generator: Locked<SeededGenerator>
        init(seed: UInt64) { generator = Locked(SeededGenerator(seed: seed)) }
        func next() -> UInt64 { generator.withLock { $0.next() } }
    }

    private static let text =
        #"{"version":"1","format":"xl","id":"5c5f0b1e-7a34-4f6d-9c0e-0123456789ab","xl":{"version":"3","this":"d1000000-0000-4000-8000-000000000001","sets":[["d1000000-0000-4000-8000-000000000001","d1000000-0000-4000-8000-000000000002"]],"distributionAlgo":"SIPMOD+PARITY"}}"#

    private func pool(drives: Int = 4, setSize: Int = 4, seed: UInt64 = 1) -> PoolFormat {
        let layout = PoolLayout(drivePaths: (0..<drives).map { "/d\($0)" }, setSize: setSize)
        return PoolFormat(for: layout, randomness: Numbers(seed: seed))
    }

    @Test func theKnownTextReadsAndWritesBack() throws {
        let format = try DriveFormat(parsing: Array(Self.text.utf8))
        #expect(format.encoded() == Array(Self.text.utf8))
        #expect(format.pool.setSize == 2)
        #expect(format.pool.algorithm == .sipModParity)
    }

    @Test(
        "real drives' files read and write back",
        .enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)),
        arguments: 1...4
    )
    func realFiles(number: Int) throws {
        let bytes = try Fixtures.bytes("generated/drives-2x2/disk\(number)/.minio.sys/format.json")
        let format = try DriveFormat(parsing: bytes)
        #expect(format.encoded() == bytes)
        let position = try #require(format.pool.position(of: format.driveID))
        #expect(position == (0, number - 1))
    }

    @Test(
        "the files of a real server read and write back",
        .enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)),
        arguments: [("ec4.tar.xz", 4), ("sd1.tar.xz", 1)]
    )
    func realServers(archive: String, driveCount: Int) throws {
        let root = try Fixtures.unpack(archive)
        var formats: [DriveFormat] = []
        for number in 1...driveCount {
            let folder = root.url.appending(path: "\(archive.prefix(3))/d\(number)/.minio.sys/format.json")
            let bytes = [UInt8](try Data(contentsOf: folder))
            let format = try DriveFormat(parsing: bytes)
            #expect(format.encoded() == bytes)
            formats.append(format)
        }
        #expect(try PoolFormat.reference(among: formats).setSize == driveCount)
    }

    @Test func aNewPoolHasAnIDForEveryDrive() throws {
        let pool = pool(drives: 8, setSize: 4)
        #expect(pool.sets.map(\.count) == [4, 4])
        #expect(Set(pool.sets.joined()).count == 8)
        let format = pool.driveFormat(setIndex: 1, driveIndex: 2)
        #expect(try DriveFormat(parsing: format.encoded()) == format)
    }

    @Test func aSingleDriveIsNamedSo() throws {
        let format = pool(drives: 1, setSize: 1).driveFormat(setIndex: 0, driveIndex: 0)
        #expect(String(decoding: format.encoded(), as: UTF8.self).contains(#""format":"xl-single""#))
        #expect(try DriveFormat(parsing: format.encoded()) == format)
    }

    @Test(
        "what cannot be served is refused by its reason",
        arguments: [
            (#""format":"xl""#, #""format":"fs""#, TopologyError.fileSystemMode),
            (#""format":"xl""#, #""format":"xl-single""#, .invalidFormatField("format")),
            (#"{"version":"1""#, #"{"version":"2""#, .newerFormat(version: "2")),
            (#""xl":{"version":"3""#, #""xl":{"version":"4""#, .newerFormat(version: "4")),
            (#""xl":{"version":"3""#, #""xl":{"version":"1""#, .oldFormat(version: "1")),
            (#""xl":{"version":"3""#, #""xl":{"version":"2""#, .oldFormat(version: "2")),
            ("SIPMOD+PARITY", "SIPMOD+MORE", .invalidFormatField("xl.distributionAlgo")),
            ("0002\"]]", "0002\"],[]]", .invalidFormatField("xl.sets")),
            ("0002\"]]", "0001\"]]", .invalidFormatField("xl.sets")),
            (
                "\"this\":\"d1", "\"this\":\"d2",
                .driveNotInSets(UUID(high: 0xd200_0000_0000_4000, low: 0x8000_0000_0000_0001))
            ),
            ("\"id\":\"5c5f", "\"id\":\"5c5", .invalidFormatField("id")),
            ("}}", "}", .malformedFormat(.unexpectedEnd)),
        ] as [(String, String, TopologyError)]
    )
    func refusals(old: String, new: String, error: TopologyError) {
        let text = Self.text.replacingOccurrences(of: old, with: new)
        #expect(text != Self.text)
        #expect(throws: error) { try DriveFormat(parsing: Array(text.utf8)) }
    }

    @Test func theOfflineIDIsNoDrive() {
        let offline = UUID(high: .max, low: .max)
        #expect(throws: TopologyError.invalidFormatField("xl.sets")) {
            try PoolFormat(deploymentID: UUID(high: 1, low: 1), sets: [[offline]], algorithm: .sipMod)
        }
    }

    @Test("half of the drives are enough for a reference", arguments: 0...4)
    func quorum(formattedCount: Int) throws {
        let pool = pool()
        let formats = (0..<4).map {
            $0 < formattedCount ? pool.driveFormat(setIndex: 0, driveIndex: $0) : nil
        }
        if formattedCount >= 2 {
            #expect(try PoolFormat.reference(among: formats) == pool)
        } else {
            #expect(throws: TopologyError.noReferenceFormat(bestCount: formattedCount, driveCount: 4)) {
                try PoolFormat.reference(among: formats)
            }
        }
    }

    @Test func twoDeploymentsOnEquallyManyDrivesConflict() {
        let first = pool(seed: 1)
        let second = pool(seed: 2)
        let ids = [first.deploymentID, second.deploymentID].sorted { "\($0)" < "\($1)" }
        #expect(throws: TopologyError.conflictingFormats(ids[0], ids[1])) {
            try PoolFormat.reference(among: [
                first.driveFormat(setIndex: 0, driveIndex: 0), second.driveFormat(setIndex: 0, driveIndex: 1),
                first.driveFormat(setIndex: 0, driveIndex: 2), second.driveFormat(setIndex: 0, driveIndex: 3),
            ])
        }
    }

    @Test func aPoolOfAnotherSizeIsRefused() {
        let pool = pool(drives: 4)
        #expect(throws: TopologyError.driveCountMismatch(formatted: 4, given: 3)) {
            try PoolFormat.reference(among: (0..<3).map { pool.driveFormat(setIndex: 0, driveIndex: $0) })
        }
    }

    @Test("any bytes are read or refused", arguments: 0..<8)
    func fuzz(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var bytes = Array(Self.text.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
                    in: 0x20...0x7e,
                    using: &random
                )
            }
            // Refusal is as good as a value here.
            guard let format = try? DriveFormat(parsing: bytes) else { continue }
            #expect((try? DriveFormat(parsing: format.encoded())) == format)
        }
    }
}
