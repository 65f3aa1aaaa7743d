import Base
import Checksums
import Drives
import TestSupport
import XLMeta

/// What lies on one drive after everything was settled and the drive was closed, looked at file by file.
struct DriveInspection {
    /// `bucket/key` to the data directories of the whole copies that the drive has.
    private(set) var copies: [String: Set<UUID>] = [:]
    let buckets: Set<String>

    private let contents: [String: [UInt8]]
    private static let system = ".minio.sys"

    /// - Throws: ``Violation`` for leftovers, orphans and damaged files.
    init(_ files: SimulatedFiles) throws {
        contents = files.contents()
        let folders = files.folders()
        buckets = folders.filter { !$0.utf8.contains(UInt8(ascii: "/")) && $0 != Self.system }
        try checkLeftovers(folders)
        try checkEmptyFolders(folders)
        for (path, bytes) in contents where path.hasSuffix("/xl.meta") { try checkObject(path, bytes) }
        for path in contents.keys { try checkOwner(of: path) }
        guard files.openCount == 0 else { throw Violation("\(files.openCount) files are open") }
    }

    private func checkLeftovers(_ folders: Set<String>) throws {
        let kept: Set = [Self.system + "/tmp", Self.system + "/tmp/.trash", Self.system + "/tmp-old"]
        for path in folders.union(contents.keys)
        where path.hasPrefix(Self.system + "/tmp") && !kept.contains(path) {
            throw Violation("left in tmp: \(path)")
        }
    }

    private func checkEmptyFolders(_ folders: Set<String>) throws {
        var used: Set<String> = []
        for path in contents.keys {
            var parent = Self.parent(path)
            while !parent.isEmpty, used.insert(parent).inserted { parent = Self.parent(parent) }
        }
        for folder in folders.subtracting(used) {
            let depth = folder.utf8.count { $0 == UInt8(ascii: "/") }
            if depth == 0 || folder.hasPrefix(Self.system + "/") && depth == 1 { continue }
            if folder == Self.system + "/tmp/.trash" { continue }
            throw Violation("an empty folder: \(folder)")
        }
    }

    private mutating func checkObject(_ path: String, _ bytes: [UInt8]) throws {
        let folder = Self.parent(path)
        let file: XLMetaFile
        do { file = try XLMetaFile(parsing: bytes) } catch { throw Violation("\(path): \(error)") }
        for entry in file.entries {
            guard case .object(let object) = try entry.version() else { continue }
            copies[folder, default: []].insert(object.dataDirectory)
            if let inline = file.inlineData(of: object.versionID, dataDirectory: object.dataDirectory) {
                try checkFrames(Array(inline), object, path)
                continue
            }
            for number in object.partNumbers {
                let part = "\(folder)/\(object.dataDirectory)/part.\(number)"
                guard object.size > 0 else { continue }
                guard let shard = contents[part] else { throw Violation("\(part) is missing") }
                try checkFrames(shard, object, part)
            }
        }
    }

    /// Every frame is a digest and the shard that it is of.
    private func checkFrames(_ bytes: [UInt8], _ object: XLObject, _ path: String) throws {
        let k = object.erasure.dataShardCount
        let frameSize = (object.erasure.blockSize + k - 1) / k + HighwayHash256.digestSize
        var rest = bytes[...]
        while !rest.isEmpty {
            let frame = rest.prefix(frameSize)
            rest = rest.dropFirst(frameSize)
            let shard = Array(frame.dropFirst(HighwayHash256.digestSize))
            guard HighwayHash256.hash(shard) == Array(frame.prefix(HighwayHash256.digestSize)) else {
                throw Violation("\(path) is damaged")
            }
        }
    }

    /// A shard file belongs to a version that its object has, or to a pending upload.
    private func checkOwner(of path: String) throws {
        let folder = Self.parent(path)
        guard let id = UUID(folder.split(separator: "/").last ?? ""), path.contains("/part.") else { return }
        let object = Self.parent(folder)
        guard let bytes = contents[object + "/xl.meta"] else { throw Violation("an orphan: \(path)") }
        let file: XLMetaFile
        do { file = try XLMetaFile(parsing: bytes) } catch { throw Violation("\(object): \(error)") }
        guard file.refersToDataDirectory(id) else { throw Violation("an orphan: \(path)") }
        let isUpload = object.hasPrefix(Self.system + "/multipart/")
        if path.hasSuffix(".meta") {
            let part = String(path.dropLast(".meta".count))
            if isUpload, contents[part] == nil { throw Violation("a record without its part: \(path)") }
        } else if isUpload, contents[path + ".meta"] == nil {
            throw Violation("a part without its record: \(path)")
        }
    }

    private static func parent(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
}
