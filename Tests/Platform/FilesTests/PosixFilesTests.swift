import Base
import Files
import Foundation
import Glibc
import Testing

@Suite struct PosixFilesTests {
    /// A folder of the test's own.
    private final class Folder {
        let path: String

        init() throws {
            path = NSTemporaryDirectory() + "martlet-files-\(Foundation.UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: path + "/root", withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func files(_ walksSegments: Bool) throws -> PosixFiles {
            try PosixFiles(root: path + "/root", walksSegments: walksSegments)
        }
    }

    @Test("with openat2 and without", arguments: [false, true])
    func whatIsWrittenIsRead(_ walksSegments: Bool) throws {
        let folder = try Folder()
        let files = try folder.files(walksSegments)
        try files.makeDirectory("a")
        try files.makeDirectory("a/b")
        let handle = try files.create("a/b/c")
        defer { files.close(handle) }
        let pieces = (0..<3000).map { [UInt8](repeating: UInt8($0 % 256), count: $0 % 5) }
        let whole = pieces.flatMap { $0 }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: whole.count + 9, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: whole)
        var views: [UnsafeRawBufferPointer] = []
        var offset = 0
        for piece in pieces {
            views.append(UnsafeRawBufferPointer(rebasing: memory[offset..<offset + piece.count]))
            offset += piece.count
        }
        try files.write(handle, at: 10, views)
        try files.sync(handle, .streamed)
        try files.syncAll(.prepared)
        #expect(try files.status("a/b/c").size == Int64(whole.count + 10))
        let back = try files.openToRead("a/b/c")
        defer { files.close(back) }
        #expect(try files.read(back, at: 10, into: memory) == whole.count)
        #expect(memory.prefix(whole.count).elementsEqual(whole))
        #expect(try files.read(back, at: Int64(whole.count + 10), into: memory) == 0)
    }

    @Test(
        "names that leave the root",
        arguments: ["..", "../x", "a/../../x", "/etc/passwd", "a//b", "./a", "a/.", "a\u{0}b"]
    )
    func lexicalEscapes(_ path: String) throws {
        let folder = try Folder()
        let files = try folder.files(false)
        let refused = FileError(EINVAL, in: "")
        #expect(throws: refused) { _ = try files.openToRead(path) }
        #expect(throws: refused) { _ = try files.create(path) }
        #expect(throws: refused) { try files.makeDirectory(path) }
        #expect(throws: refused) { _ = try files.list(path) }
        #expect(throws: refused) { _ = try files.status(path) }
        #expect(throws: refused) { try files.removeFile(path) }
        #expect(throws: refused) { try files.removeDirectory(path) }
        #expect(throws: refused) { try files.rename(path, to: "b") }
        #expect(throws: refused) { try files.link(path, to: "b") }
    }

    @Test("symbolic links are never followed", arguments: [false, true])
    func links(_ walksSegments: Bool) throws {
        let folder = try Folder()
        let files = try folder.files(walksSegments)
        try FileManager.default.createDirectory(
            atPath: folder.path + "/outside",
            withIntermediateDirectories: true
        )
        // Of the second one's path Swift takes the slash for a part of the character that follows.
        for name in ["secret", "\u{301}secret"] {
            try Data([1]).write(to: URL(fileURLWithPath: folder.path + "/outside/" + name))
        }
        symlink("../outside", folder.path + "/root/way")
        symlink("../outside/secret", folder.path + "/root/file")
        for path in ["way/secret", "way/\u{301}secret", "file"] {
            let error = #expect(throws: FileError.self) { _ = try files.openToRead(path) }
            #expect([ELOOP, ENOTDIR].contains(error?.code))
        }
        #expect(throws: FileError.self) { _ = try files.create("way/new") }
        #expect(throws: FileError.self) { try files.makeDirectory("way/new") }
        #expect(throws: FileError.self) { try files.removeFile("way/secret") }
        #expect(throws: FileError.self) { _ = try files.list("way") }
        #expect(throws: FileError.self) { try files.rename("way/secret", to: "taken") }
        #expect(try files.status("file").kind == .other)
        #expect(FileManager.default.fileExists(atPath: folder.path + "/outside/secret"))
        #expect(try files.list("").map(\.kind) == [.other, .other])
    }

    @Test func theKernelsReasonsComeThrough() throws {
        let folder = try Folder()
        let files = try folder.files(false)
        #expect(throws: FileError(ENOENT, in: "")) { _ = try files.openToRead("missing") }
        try files.makeDirectory("a")
        #expect(throws: FileError(EEXIST, in: "")) { try files.makeDirectory("a") }
        let handle = try files.create("a/f")
        files.close(handle)
        #expect(throws: FileError(EEXIST, in: "")) { _ = try files.create("a/f") }
        #expect(throws: FileError(ENOTEMPTY, in: "")) { try files.removeDirectory("a") }
        #expect(throws: FileError(ENOTDIR, in: "")) { _ = try files.openToRead("a/f/g") }
        #expect(throws: FileError(ENAMETOOLONG, in: "")) {
            try files.makeDirectory(String(repeating: "x", count: 256))
        }
        try files.makeDirectory(String(repeating: "x", count: 255))
        try files.link("a/f", to: "a/g")
        #expect(try files.status("a/g").linkCount == 2)
        #expect(throws: FileError(EEXIST, in: "")) { try files.link("a/f", to: "a/g") }
        withExtendedLifetime(folder) {}
    }

    @Test func aLockHoldsUntilItsOwnerGoes() throws {
        let folder = try Folder()
        var first: PosixFiles? = try folder.files(false)
        #expect(try first?.lockRoot() == true)
        let second = try folder.files(false)
        #expect(try second.lockRoot() == false)
        first = nil
        #expect(try second.lockRoot())
    }
}
