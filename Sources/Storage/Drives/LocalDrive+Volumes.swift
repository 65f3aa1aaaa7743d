import Base
import Files

extension LocalDrive {
    package func volumes() async throws(DriveError) -> [Volume] {
        try await onLane { tree throws(DriveError) in
            var volumes: [Volume] = []
            for entry in try tree.list("") ?? [] where entry.kind == .directory && Self.isVolume(entry.name) {
                // Gone since it was listed: then it is no volume.
                guard let status = try tree.status(entry.name) else { continue }
                volumes.append(Volume(name: entry.name, created: Timestamp(nanoseconds: status.modified)))
            }
            return volumes.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        }
    }

    package func makeVolume(_ name: String) async throws(DriveError) {
        guard Self.isVolume(name) else { throw .unstorableName }
        try await onLane(writes: true) { tree throws(DriveError) in
            do throws(FileError) { try tree.files.makeDirectory(name) } catch { throw DriveError(error) }
        }
        try await sync(.volume)
    }

    package func removeVolume(_ name: String) async throws(DriveError) {
        guard Self.isVolume(name) else { throw .unstorableName }
        try await onLane(writes: true) { tree throws(DriveError) in
            guard try tree.status(name)?.kind == .directory else { throw .volumeNotFound }
            try tree.removeEmptyTree(name)
        }
        try await sync(.volume)
    }

    /// What may be a bucket: S3's rules of today and those of old, which MinIO's drives may follow.
    static func isVolume(_ name: String) -> Bool {
        guard (3...63).contains(name.utf8.count), name != "minio", !name.contains("..") else { return false }
        let isInside = name.utf8.allSatisfy { isLetterOrDigit($0) || "-._".utf8.contains($0) }
        guard let first = name.utf8.first, let last = name.utf8.last else { return false }
        return isInside && isLetterOrDigit(first) && isLetterOrDigit(last)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension DriveTree {
    /// Removes a folder and the folders in it, if there is no file anywhere below.
    ///
    /// - Throws: ``DriveError/notEmpty``; then nothing, or only empty folders, are gone.
    func removeEmptyTree(_ path: String) throws(DriveError) {
        var pending = [path]
        var folders: [String] = []
        while let folder = pending.popLast() {
            folders.append(folder)
            for entry in try list(folder) ?? [] {
                guard entry.kind == .directory else { throw .notEmpty }
                pending.append(folder + "/" + entry.name)
            }
        }
        for folder in folders.reversed() {
            do throws(FileError) { try files.removeDirectory(folder) } catch { throw DriveError(error) }
            self.folders.forget(FilePath.split(folder).parent)
        }
    }
}
