package import Base
package import Bytes
import Files

extension LocalDrive {
    package func readXLMeta(_ path: ObjectPath) async throws(DriveError) -> [UInt8] {
        let folder = try path.checkedFolder()
        return try await onLane { tree throws(DriveError) in
            if let bytes = try tree.readFile(folder + "/" + SystemPath.metadataName) { return bytes }
            throw try tree.absence(in: path.volume)
        }
    }

    package func read(
        _ file: ShardFile,
        at offset: Int64,
        into block: Block,
        range: Range<Int>
    ) async throws(DriveError) {
        let path = try Self.path(of: file)
        try await onLane { tree throws(DriveError) in
            let count: Int
            do throws(FileError) {
                let handle = try tree.files.openToRead(path)
                defer { tree.files.close(handle) }
                count = try tree.files.read(handle, at: offset, into: block[range])
            } catch { throw try tree.reading(error, in: file.path.volume) }
            guard count == range.count else {
                throw .corrupt(
                    "part.\(file.partNumber) of \(file.path.name) ends at \(offset + Int64(count))"
                )
            }
        }
    }

    package func readParts(
        of upload: ObjectPath,
        dataDirectory: UUID,
        parts: ClosedRange<Int>
    ) async throws(DriveError) -> [Int: [UInt8]] {
        let folder = try upload.checkedFolder()
        return try await onLane { tree throws(DriveError) in
            guard try tree.exists(folder + "/" + SystemPath.metadataName) else {
                throw try tree.absence(in: upload.volume)
            }
            var found: [Int: [UInt8]] = [:]
            let data = folder + "/\(dataDirectory)"
            for entry in try tree.list(data) ?? [] where entry.kind == .file {
                guard let part = PartName.number(of: entry.name), part.isMetadata, parts.contains(part.number)
                else { continue }
                found[part.number] = try tree.readFile(data + "/" + entry.name)
            }
            return found
        }
    }

    package func capacity() async throws(DriveError) -> (total: Int64, free: Int64) {
        try await onLane { tree throws(DriveError) in
            do throws(FileError) { return try tree.files.capacity() } catch { throw DriveError(error) }
        }
    }

    private static func path(of file: ShardFile) throws(DriveError) -> String {
        try file.path.checkedFolder() + "/\(file.dataDirectory)/part.\(file.partNumber)"
    }
}

extension DriveTree {
    /// An error of a look-up below a volume.
    func reading(_ error: FileError, in volume: String) throws(DriveError) -> DriveError {
        let error = DriveError(reading: error)
        return error == .notFound ? try absence(in: volume) : error
    }
}
