import Base
import Testing

@testable import Zip

@Suite struct ZipTests {
    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 300_000])
    func whatWasAddedIsReadBack(size: Int) throws {
        var generator = SeededGenerator(seed: UInt64(size))
        let content = (0..<size).map { _ in UInt8(truncatingIfNeeded: generator.next() & 0x1f) }
        var writer = ZipWriter()
        writer.add("iam-assets/users.json", content)
        writer.add("empty", [])
        let archive = try ZipArchive(parsing: writer.finish(), entriesMax: 2)
        #expect(archive.entries.map(\.name) == ["iam-assets/users.json", "empty"])
        let entry = try #require(archive["iam-assets/users.json"])
        #expect(try archive.content(of: entry, sizeMax: size) == content)
        #expect(throws: ZipError.entryTooLarge(name: "iam-assets/users.json", sizeMax: size - 1)) {
            guard size > 0 else { throw ZipError.entryTooLarge(name: "iam-assets/users.json", sizeMax: -1) }
            return try archive.content(of: entry, sizeMax: size - 1)
        }
    }

    @Test func anArchiveWithoutFilesIsOne() throws {
        let bytes = ZipWriter().finish()
        #expect(bytes == [0x50, 0x4b, 5, 6] + [UInt8](repeating: 0, count: 18))
        #expect(try ZipArchive(parsing: bytes, entriesMax: 0).entries.isEmpty)
    }

    /// Stored, with a comment behind the end record: `printf hi > a; zip -0 -z a.zip a`, times zeroed.
    @Test func aStoredFileIsRead() throws {
        let name = Array("a".utf8)
        let common: [UInt8] =
            [10, 0, 0, 0, 0, 0, 0, 0, 0, 0] + [0xac, 0x2a, 0x93, 0xd8] + [2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0]
        let local = [0x50, 0x4b, 3, 4] + common + name + Array("hi".utf8)
        let central = [0x50, 0x4b, 1, 2, 20, 3] + common + [UInt8](repeating: 0, count: 14) + name
        var end: [UInt8] = [0x50, 0x4b, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0]
        end += [UInt8(central.count), 0, 0, 0, UInt8(local.count), 0, 0, 0, 4, 0] + Array("note".utf8)
        let archive = try ZipArchive(parsing: local + central + end, entriesMax: 1)
        let entry = try #require(archive["a"])
        #expect(try archive.content(of: entry, sizeMax: 2) == Array("hi".utf8))
        #expect(throws: ZipError.tooManyEntries(count: 1, countMax: 0)) {
            try ZipArchive(parsing: local + central + end, entriesMax: 0)
        }
    }

    @Test func aChangedContentIsNoticed() throws {
        var writer = ZipWriter()
        writer.add("a", Array("some content to be deflated".utf8))
        var bytes = writer.finish()
        bytes[14] ^= 1
        // The checksum that counts is the directory's.
        let archive = try ZipArchive(parsing: bytes, entriesMax: 1)
        #expect(try archive.content(of: try #require(archive["a"]), sizeMax: 100).count == 27)
        bytes[31 + 4] ^= 0x10
        let changed = try ZipArchive(parsing: bytes, entriesMax: 1)
        #expect(throws: ZipError.damaged(name: "a")) {
            try changed.content(of: try #require(changed["a"]), sizeMax: 100)
        }
    }

    /// 1 MiB of zeros that says it has 10 bytes: no more than one chunk of it is ever made.
    @Test func aFileThatYieldsMoreThanItSaysIsRefused() throws {
        var writer = ZipWriter()
        writer.add("bomb", [UInt8](repeating: 0, count: 1 << 20))
        var bytes = writer.finish()
        let directory = try #require(
            bytes.indices.first { bytes[$0...].starts(with: [0x50, 0x4b, 1, 2]) }
        )
        bytes.replaceSubrange(directory + 24..<directory + 28, with: [10, 0, 0, 0])
        let archive = try ZipArchive(parsing: bytes, entriesMax: 1)
        #expect(throws: ZipError.damaged(name: "bomb")) {
            try archive.content(of: try #require(archive["bomb"]), sizeMax: 100)
        }
    }

    @Test(arguments: 0..<64 as Range<UInt64>)
    func changedArchivesNeverCrash(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var writer = ZipWriter()
        writer.add("iam-assets/policies.json", Array("{\"a\":\(seed)}".utf8))
        writer.add("iam-assets/users.json", [UInt8](repeating: 7, count: 500))
        let original = writer.finish()
        for _ in 0..<200 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[index] = UInt8.random(in: 0...255, using: &generator)
            }
            if Bool.random(using: &generator) {
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            }
            guard let archive = try? ZipArchive(parsing: bytes, entriesMax: 16) else { continue }
            for entry in archive.entries {
                // Whatever is refused is refused in time and without a trap, which is all that is asked here.
                let content = try? archive.content(of: entry, sizeMax: 1000)
                #expect((content?.count ?? 0) <= 1000)
            }
        }
    }
}
