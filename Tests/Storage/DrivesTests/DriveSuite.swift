import Base
import Bytes
import Drives
import TestSupport
import Testing
import XLMeta

/// What every drive promises, run against every kind of drive.
@Suite struct DriveSuite {
    let bucket = "bucket"
    let path = ObjectPath(volume: "bucket", name: "folder/key")
    let upload = ObjectPath(volume: ".minio.sys", name: "multipart/0123/0001x5")

    private func drive(_ kind: DriveKind) async throws -> TestDrive {
        let test = try await TestDrive.make(kind)
        try await test.drive.makeVolume(bucket)
        return test
    }

    @Test(arguments: DriveKind.allCases)
    func volumesAreMadeOnceAndListedInOrder(_ kind: DriveKind) async throws {
        let drive = try await drive(kind).drive
        try await drive.makeVolume("aaa")
        await #expect(throws: DriveError.alreadyExists) { try await drive.makeVolume("aaa") }
        #expect(try await drive.volumes().map(\.name) == ["aaa", "bucket"])
    }

    @Test(arguments: DriveKind.allCases)
    func aVolumeGoesWhenOnlyEmptyFoldersAreInIt(_ kind: DriveKind) async throws {
        let drive = try await drive(kind).drive
        try await drive.put(
            Sample.id(1),
            path,
            Sample.object(data: Sample.id(90), seconds: 1),
            inline: [1, 2]
        )
        try await drive.finish(Sample.id(1))
        await #expect(throws: DriveError.notEmpty) { try await drive.removeVolume(bucket) }
        let removal = Transaction(id: Sample.id(2), path: path, change: .remove(versionID: .zero))
        try await drive.commit(removal)
        try await drive.finish(removal.id)
        try await drive.removeVolume(bucket)
        await #expect(throws: DriveError.volumeNotFound) { try await drive.removeVolume(bucket) }
        await #expect(throws: DriveError.volumeNotFound) { _ = try await drive.readXLMeta(path) }
    }

    @Test("A bucket goes although a reader still uses what was in it", arguments: DriveKind.allCases)
    func aVolumeGoesFromUnderAReader(_ kind: DriveKind) async throws {
        let test = try await drive(kind)
        let drive = test.drive
        try await drive.put(Sample.id(1), path, Sample.object(data: Sample.id(90), seconds: 1), shard: 1)
        try await drive.finish(Sample.id(1))
        try await drive.put(Sample.id(2), path, Sample.object(data: Sample.id(91), seconds: 2), shard: 2)
        let removal = Transaction(id: Sample.id(3), path: path, change: .remove(versionID: .zero))
        try await drive.commit(removal)
        let other = ObjectPath(volume: bucket, name: "other")
        try await drive.put(Sample.id(4), other, Sample.object(data: Sample.id(92), seconds: 3), shard: 3)
        try await drive.finish(Sample.id(4))
        await #expect(throws: DriveError.notEmpty) { try await drive.removeVolume(bucket) }
        try await drive.commit(Transaction(id: Sample.id(5), path: other, change: .remove(versionID: .zero)))
        try await drive.finish(Sample.id(5))

        try await drive.removeVolume(bucket)
        #expect(try await drive.volumes().map(\.name) == [])
        for (data, shard) in [(90, 1), (91, 2)] as [(UInt64, UInt8)] {
            let file = ShardFile(path: path, dataDirectory: Sample.id(data), partNumber: 1)
            let bytes = Sample.bytes(shard)
            let block = Block(capacity: 4096)
            try await drive.read(file, at: 0, into: block, range: 0..<bytes.count)
            #expect(Array(block[0..<bytes.count]) == bytes)
        }
        try await drive.makeVolume(bucket)
        for id in [2, 3] as [UInt64] { try await drive.finish(Sample.id(id)) }
        let gone = ShardFile(path: path, dataDirectory: Sample.id(91), partNumber: 1)
        await #expect(throws: DriveError.notFound) {
            try await drive.read(gone, at: 0, into: Block(capacity: 4096), range: 0..<1)
        }
        try await drive.removeVolume(bucket)
        await test.close()
        #expect(Set(try test.contents().keys) == [".minio.sys/format.json"])
    }

    @Test(arguments: DriveKind.allCases)
    func anInlineObjectIsReadBack(_ kind: DriveKind) async throws {
        let test = try await drive(kind)
        let drive = test.drive
        await #expect(throws: DriveError.notFound) { _ = try await drive.readXLMeta(path) }
        let object = Sample.object(data: Sample.id(90), seconds: 1)
        try await drive.put(Sample.id(1), path, object, inline: [1, 2, 3])
        try await drive.finish(Sample.id(1))
        let file = try XLMetaFile(parsing: try await drive.readXLMeta(path))
        #expect(try file.latest?.version() == .object(object))
        #expect(file.inlineData(of: .zero).map { Array($0) } == [1, 2, 3])
        await test.close()
        #expect(try leftovers(test.contents()) == [])
    }

    @Test(arguments: DriveKind.allCases)
    func aStagedObjectIsReadBack(_ kind: DriveKind) async throws {
        let test = try await drive(kind)
        let drive = test.drive
        let object = Sample.object(data: Sample.id(90), seconds: 1)
        try await drive.put(Sample.id(1), path, object, shard: 5)
        try await drive.finish(Sample.id(1))
        let file = ShardFile(path: path, dataDirectory: Sample.id(90), partNumber: 1)
        let bytes = Sample.bytes(5)
        let block = Block(capacity: 4096)
        try await drive.read(file, at: 0, into: block, range: 0..<bytes.count)
        #expect(Array(block[0..<bytes.count]) == bytes)
        try await drive.read(file, at: 100, into: block, range: 7..<17)
        #expect(Array(block[7..<17]) == Array(bytes[100..<110]))
        await #expect(throws: DriveError.self) {
            try await drive.read(file, at: Int64(bytes.count) - 1, into: block, range: 0..<2)
        }
        await test.close()
        #expect(try leftovers(test.contents()) == [])
    }

    @Test(arguments: DriveKind.allCases)
    func aShardIsStagedInPieces(_ kind: DriveKind) async throws {
        let drive = try await drive(kind).drive
        let file = StagedFile(transaction: Sample.id(1), partNumber: 1)
        let size = Int64(Sample.bytes(1).count)
        try await drive.stage(Sample.frames(1), to: file, at: 0)
        await #expect(throws: DriveError.self) { try await drive.stage(Sample.frames(1), to: file, at: 5) }
        try await drive.stage(Sample.frames(2), to: file, at: size)
        try await drive.commit(
            Transaction(
                id: Sample.id(1),
                path: path,
                change: .put(
                    Sample.object(data: Sample.id(90), seconds: 1),
                    inlineData: nil,
                    stagedParts: true
                )
            )
        )
        let shard = ShardFile(path: path, dataDirectory: Sample.id(90), partNumber: 1)
        let bytes = try await drive.bytes(of: shard, Int(2 * size))
        #expect(bytes == Sample.bytes(1) + Sample.bytes(2))
        await #expect(throws: DriveError.self) { _ = try await drive.bytes(of: shard, Int(2 * size) + 1) }
    }

    @Test(arguments: DriveKind.allCases)
    func anOverwrittenDataDirectoryGoesOnlyAtTheFinish(_ kind: DriveKind) async throws {
        let test = try await drive(kind)
        let drive = test.drive
        try await drive.put(Sample.id(1), path, Sample.object(data: Sample.id(90), seconds: 1), shard: 1)
        try await drive.finish(Sample.id(1))
        try await drive.put(Sample.id(2), path, Sample.object(data: Sample.id(91), seconds: 2), shard: 2)
        let old = ShardFile(path: path, dataDirectory: Sample.id(90), partNumber: 1)
        let new = ShardFile(path: path, dataDirectory: Sample.id(91), partNumber: 1)
        #expect(try await drive.bytes(of: old, 1).count == 1)
        #expect(try await drive.bytes(of: new, 1).count == 1)
        try await drive.finish(Sample.id(2))
        await #expect(throws: DriveError.notFound) { _ = try await drive.bytes(of: old, 1) }
        #expect(try await drive.bytes(of: new, 1).count == 1)
        await test.close()
        #expect(try leftovers(test.contents()) == [])
    }

    @Test(arguments: DriveKind.allCases)
    func aRevertBringsTheOldObjectBack(_ kind: DriveKind) async throws {
        let test = try await drive(kind)
        let drive = test.drive
        try await drive.put(Sample.id(1), path, Sample.object(data: Sample.id(90), seconds: 1), shard: 1)
        try await drive.finish(Sample.id(1))
        let before = visible(try test.contents())
        try await drive.put(Sample.id(2), path, Sample.object(data: Sample.id(91), seconds: 2), shard: 2)
        try await drive.revert(Sample.id(2))
        #expect(visible(try test.contents()) == before)
        try await drive.revert(Sample.id(2))
        let removal = Transaction(id: Sample.id(3), path: path, change: .remove(versionID: .zero))
        try await drive.commit(removal)
        await #expect(throws: DriveError.notFound) { _ = try await drive.readXLMeta(path) }
        try await drive.revert(removal.id)
        #expect(visible(try test.contents()) == before)
        await test.close()
        #expect(try leftovers(test.contents()) == [])
    }

    @Test(arguments: DriveKind.allCases)
    func aRevertOfWhatWasNewLeavesNothing(_ kind: DriveKind) async throws {
        let test = try await drive(kind)
        let before = visible(try test.contents())
        try await test.drive.put(Sample.id(1), path, Sample.object(data: Sample.id(90), seconds: 1), shard: 1)
        try await test.drive.revert(Sample.id(1))
        #expect(visible(try test.contents()) == before)
        let file = StagedFile(transaction: Sample.id(2), partNumber: 1)
        try await test.drive.stage(Sample.frames(1), to: file, at: 0)
        try await test.drive.revert(Sample.id(2))
        #expect(visible(try test.contents()) == before)
        #expect(try leftovers(test.contents()) == [])
        try await test.drive.removeVolume(bucket)
    }

    @Test(arguments: DriveKind.allCases)
    func oneOfTwoVersionsIsRemoved(_ kind: DriveKind) async throws {
        let drive = try await drive(kind).drive
        let first = Sample.object(version: Sample.id(50), data: Sample.id(90), seconds: 1)
        let second = Sample.object(version: Sample.id(51), data: Sample.id(91), seconds: 2)
        try await drive.put(Sample.id(1), path, first, shard: 1)
        try await drive.finish(Sample.id(1))
        try await drive.put(Sample.id(2), path, second, shard: 2)
        try await drive.finish(Sample.id(2))
        let removal = Transaction(id: Sample.id(3), path: path, change: .remove(versionID: Sample.id(51)))
        try await drive.commit(removal)
        try await drive.finish(removal.id)
        let file = try XLMetaFile(parsing: try await drive.readXLMeta(path))
        #expect(file.entries.map(\.header.versionID) == [Sample.id(50)])
        await #expect(throws: DriveError.notFound) {
            try await drive.commit(
                Transaction(id: Sample.id(4), path: path, change: .remove(versionID: Sample.id(51)))
            )
        }
        try await drive.revert(Sample.id(4))
        #expect(try await drive.readXLMeta(path).isEmpty == false)
    }

    @Test(arguments: DriveKind.allCases)
    func aChangeOfMetadataKeepsTheInlineShard(_ kind: DriveKind) async throws {
        let drive = try await drive(kind).drive
        let object = Sample.object(data: Sample.id(90), seconds: 1)
        try await drive.put(Sample.id(1), path, object, inline: [9, 8, 7])
        var tagged = object
        tagged.isInline = true
        try await drive.commit(Transaction(id: Sample.id(2), path: path, change: .amend(tagged)))
        try await drive.finish(Sample.id(2))
        let file = try XLMetaFile(parsing: try await drive.readXLMeta(path))
        #expect(file.inlineData(of: .zero).map { Array($0) } == [9, 8, 7])
        var later = tagged
        later.modificationTime = Timestamp(seconds: 2)
        await #expect(throws: DriveError.notFound) {
            try await drive.commit(Transaction(id: Sample.id(3), path: path, change: .amend(later)))
        }
    }

    @Test(arguments: DriveKind.allCases)
    func healingReplacesADamagedDataDirectory(_ kind: DriveKind) async throws {
        let test = try await drive(kind)
        let drive = test.drive
        let object = Sample.object(data: Sample.id(90), seconds: 1)
        try await drive.put(Sample.id(1), path, object, shard: 1)
        try await drive.finish(Sample.id(1))
        let before = visible(try test.contents())
        try await drive.put(Sample.id(2), path, object, shard: 2)
        try await drive.revert(Sample.id(2))
        #expect(visible(try test.contents()) == before)
        try await drive.put(Sample.id(3), path, object, shard: 2)
        try await drive.finish(Sample.id(3))
        let key = "bucket/folder/key/\(Sample.id(90))/part.1"
        #expect(try test.contents()[key] == Sample.bytes(2))
        await test.close()
        #expect(try leftovers(test.contents()) == [])
    }

    @Test(arguments: DriveKind.allCases)
    func theBucketFolderIsNeverMade(_ kind: DriveKind) async throws {
        let drive = try await drive(kind).drive
        let elsewhere = ObjectPath(volume: "missing", name: "key")
        await #expect(throws: DriveError.volumeNotFound) {
            try await drive.put(
                Sample.id(1),
                elsewhere,
                Sample.object(data: Sample.id(90), seconds: 1),
                inline: [1]
            )
        }
        try await drive.revert(Sample.id(1))
        #expect(try await drive.volumes().map(\.name) == ["bucket"])
    }

    @Test("names that leave the drive or cannot be stored", arguments: DriveKind.allCases)
    func names(_ kind: DriveKind) async throws {
        let test = try await drive(kind)
        let long = String(repeating: "a", count: 256)
        let names = [
            "../x", "a/../../x", "/etc", "a//b", "a/.", "", "..", "a/\u{0}", long, "a/" + long + "/b",
        ]
        for (number, name) in names.enumerated() {
            let path = ObjectPath(volume: bucket, name: name)
            await #expect(throws: DriveError.unstorableName, "\(name)") {
                try await test.drive.put(
                    Sample.id(UInt64(number)),
                    path,
                    Sample.object(data: Sample.id(90), seconds: 1),
                    inline: [1]
                )
            }
            await #expect(throws: DriveError.unstorableName) { _ = try await test.drive.readXLMeta(path) }
        }
        for volume in ["..", ".", "", "a/b", "../x"] {
            await #expect(throws: DriveError.unstorableName) { try await test.drive.makeVolume(volume) }
        }
    }

    @Test(arguments: DriveKind.allCases)
    func aKeyBelowAFileOfAnObjectCannotBeStored(_ kind: DriveKind) async throws {
        let drive = try await drive(kind).drive
        try await drive.put(Sample.id(1), path, Sample.object(data: Sample.id(90), seconds: 1), inline: [1])
        let below = ObjectPath(volume: bucket, name: "folder/key/xl.meta")
        await #expect(throws: DriveError.unstorableName) {
            try await drive.put(
                Sample.id(2),
                below,
                Sample.object(data: Sample.id(91), seconds: 2),
                inline: [1]
            )
        }
        try await drive.revert(Sample.id(2))
        await #expect(throws: DriveError.notFound) { _ = try await drive.readXLMeta(below) }
    }

    @Test(arguments: DriveKind.allCases)
    func anUploadIsCompleted(_ kind: DriveKind) async throws {
        let test = try await drive(kind)
        let drive = test.drive
        let data = Sample.id(90)
        try await drive.put(
            Sample.id(1),
            upload,
            Sample.object(data: data, seconds: 1, partNumbers: []),
            inline: []
        )
        try await drive.finish(Sample.id(1))
        for number in 1...3 {
            try await drive.putPart(
                Sample.id(UInt64(10 + number)),
                upload,
                number,
                data: data,
                shard: UInt8(number)
            )
            try await drive.finish(Sample.id(UInt64(10 + number)))
        }
        try await drive.putPart(Sample.id(20), upload, 2, data: data, shard: 77)
        try await drive.finish(Sample.id(20))
        #expect(
            try await drive.readParts(of: upload, dataDirectory: data, parts: 1...2) == [
                1: [1, 1, 2, 3], 2: [77, 1, 2, 3],
            ]
        )
        let object = Sample.object(data: data, seconds: 5, partNumbers: [1, 2])
        let complete = Transaction(
            id: Sample.id(30),
            path: path,
            change: .complete(object, upload: upload, records: Sample.records([1: 1, 2: 77]))
        )
        let before = visible(try test.contents())
        try await drive.commit(complete)
        try await drive.revert(complete.id)
        #expect(visible(try test.contents()) == before)
        let again = Transaction(
            id: Sample.id(31),
            path: path,
            change: .complete(object, upload: upload, records: Sample.records([1: 1, 2: 77]))
        )
        try await drive.commit(again)
        try await drive.finish(again.id)
        let folder = "bucket/folder/key/"
        let contents = visible(try test.contents())
        #expect(
            Set(contents.keys) == [
                ".minio.sys/format.json", folder + "xl.meta", folder + "\(data)/part.1",
                folder + "\(data)/part.2",
            ]
        )
        #expect(contents[folder + "\(data)/part.2"] == Sample.bytes(77))
        await #expect(throws: DriveError.notFound) {
            _ = try await drive.readParts(of: upload, dataDirectory: data, parts: 1...9)
        }
        await test.close()
        #expect(try leftovers(test.contents()) == [])
    }

    @Test("A completion leaves parts of other writes aside", arguments: DriveKind.allCases)
    func partsOfOtherWrites(_ kind: DriveKind) async throws {
        let test = try await drive(kind)
        let drive = test.drive
        let data = Sample.id(90)
        try await drive.put(
            Sample.id(1),
            upload,
            Sample.object(data: data, seconds: 1, partNumbers: []),
            inline: []
        )
        try await drive.finish(Sample.id(1))
        for number in 1...3 {
            let id = Sample.id(UInt64(10 + number))
            try await drive.putPart(id, upload, number, data: data, shard: UInt8(number))
            try await drive.finish(id)
        }
        let before = visible(try test.contents())
        let object = Sample.object(data: data, seconds: 5, partNumbers: [1, 2, 3])
        // Of part 2 the others have another upload; of part 3 they have none that this drive could have.
        let change = Transaction.Change.complete(
            object,
            upload: upload,
            records: Sample.records([1: 1, 2: 77])
        )
        let taken = Transaction(id: Sample.id(30), path: path, change: change)
        try await drive.commit(taken)
        let folder = "bucket/folder/key/\(data)/"
        let parts = {
            try visible(test.contents()).keys.filter { $0.hasPrefix(folder) && !$0.hasSuffix(".meta") }
        }
        #expect(try parts() == [folder + "part.1"])
        try await drive.revert(taken.id)
        #expect(visible(try test.contents()) == before)
        let kept = Transaction(id: Sample.id(31), path: path, change: change)
        try await drive.commit(kept)
        try await drive.finish(kept.id)
        #expect(try parts() == [folder + "part.1"])
        #expect(visible(try test.contents()).count == 3)
        await test.close()
        #expect(try leftovers(test.contents()) == [])
    }

    @Test("A repeated part of an upload that has ended is taken back", arguments: DriveKind.allCases)
    func aPartOfAnEndedUpload(_ kind: DriveKind) async throws {
        let test = try await drive(kind)
        let data = Sample.id(90)
        let object = Sample.object(data: data, seconds: 1, partNumbers: [])
        try await test.drive.put(Sample.id(1), upload, object, inline: [])
        try await test.drive.finish(Sample.id(1))
        try await test.drive.putPart(Sample.id(2), upload, 1, data: data, shard: 1)
        try await test.drive.finish(Sample.id(2))
        try await test.drive.putPart(Sample.id(3), upload, 1, data: data, shard: 2)
        try await test.drive.removeUpload(upload)
        let again = try await test.reopen()
        #expect(try await again.drive.openTransactions().map(\.state) == [.torn])
        try await again.drive.revert(Sample.id(3))
        #expect(try await again.drive.openTransactions() == [])
        #expect(Set(visible(try again.contents()).keys) == [".minio.sys/format.json"])
        await again.close()
        #expect(try leftovers(again.contents()) == [])
    }

    @Test(arguments: DriveKind.allCases)
    func anUploadIsRemoved(_ kind: DriveKind) async throws {
        let test = try await drive(kind)
        let before = visible(try test.contents())
        let data = Sample.id(90)
        let object = Sample.object(data: data, seconds: 1, partNumbers: [])
        try await test.drive.put(Sample.id(1), upload, object, inline: [])
        try await test.drive.putPart(Sample.id(2), upload, 1, data: data, shard: 1)
        try await test.drive.finish(Sample.id(2))
        try await test.drive.finish(Sample.id(1))
        try await test.drive.removeUpload(upload)
        try await test.drive.removeUpload(upload)
        #expect(visible(try test.contents()) == before)
        await #expect(throws: DriveError.notFound) {
            try await test.drive.putPart(Sample.id(3), upload, 1, data: data, shard: 1)
        }
        try await test.drive.revert(Sample.id(3))
        await test.close()
        #expect(try leftovers(test.contents()) == [])
    }

    @Test(arguments: DriveKind.allCases)
    func aRepeatedPartIsTakenBack(_ kind: DriveKind) async throws {
        let test = try await drive(kind)
        let data = Sample.id(90)
        let object = Sample.object(data: data, seconds: 1, partNumbers: [])
        try await test.drive.put(Sample.id(1), upload, object, inline: [])
        try await test.drive.finish(Sample.id(1))
        let empty = visible(try test.contents())
        try await test.drive.putPart(Sample.id(2), upload, 1, data: data, shard: 1)
        try await test.drive.revert(Sample.id(2))
        #expect(visible(try test.contents()) == empty)
        try await test.drive.putPart(Sample.id(3), upload, 1, data: data, shard: 1)
        try await test.drive.finish(Sample.id(3))
        let first = visible(try test.contents())
        try await test.drive.putPart(Sample.id(4), upload, 1, data: data, shard: 2)
        #expect(visible(try test.contents()) != first)
        try await test.drive.revert(Sample.id(4))
        #expect(visible(try test.contents()) == first)
        await test.close()
        #expect(try leftovers(test.contents()) == [])
    }

    @Test(arguments: DriveKind.allCases)
    func anOpenTransactionIsFoundAfterARestart(_ kind: DriveKind) async throws {
        let test = try await drive(kind)
        try await test.drive.put(Sample.id(1), path, Sample.object(data: Sample.id(90), seconds: 1), shard: 1)
        let again = try await test.reopen()
        let open = try await again.drive.openTransactions()
        #expect(
            open == [
                OpenTransaction(
                    id: Sample.id(1),
                    path: path,
                    state: .applied,
                    effect: .version(id: .zero, modified: Timestamp(seconds: 1_700_000_001)),
                    dataShards: 2,
                    setDriveCount: 4
                )
            ]
        )
        try await again.drive.resume(Sample.id(1))
        try await again.drive.finish(Sample.id(1))
        #expect(try await again.drive.openTransactions() == [])
        let third = try await again.reopen()
        #expect(try await third.drive.openTransactions() == [])
        #expect(try await third.drive.readXLMeta(path).isEmpty == false)
    }
}
