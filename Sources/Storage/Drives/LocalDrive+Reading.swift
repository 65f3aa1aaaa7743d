package import Base
package import Bytes
import Files
import XLMeta

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension LocalDrive {
    package func readXLMeta(_ path: ObjectPath) async throws(DriveError) -> [UInt8] {
        let folder = try path.checkedFolder()
        return try await onLane { tree throws(DriveError) in
            if let bytes = try tree.readFile(folder + "/" + SystemPath.metadataName) { return bytes }
            throw try tree.absence(in: path.volume)
        }
    }

    package func readXLMetaHead(
        _ path: ObjectPath,
        inlineData: Bool
    ) async throws(DriveError) -> XLMetaReading {
        let folder = try path.checkedFolder()
        return try await onLane { tree throws(DriveError) in
            let name = folder + "/" + SystemPath.metadataName
            if let reading = try tree.readXLMetaHead(name, inlineData: inlineData) { return reading }
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
        try await onLane { [self] tree throws(DriveError) in
            let count: Int
            do throws(FileError) {
                let handle = try openToRead(path, in: tree)
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

    /// On the lane: opens a shard file where it is. Its place comes first, as it is noted before it is left.
    private func openToRead(_ path: String, in tree: DriveTree<F>) throws(FileError) -> F.Handle {
        do throws(FileError) { return try tree.files.openToRead(path) } catch {
            guard DriveError(reading: error) == .notFound, let relocated = relocated(path) else {
                throw error
            }
            return try tree.files.openToRead(relocated)
        }
    }

    private func relocated(_ path: String) -> String? {
        let (folder, name) = FilePath.split(path)
        return state.withLock { $0.relocated[folder] }.map { $0 + "/" + name }
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
    /// `nil` when there is no such file.
    fileprivate func readXLMetaHead(
        _ path: String,
        inlineData: Bool
    ) throws(DriveError) -> XLMetaReading? {
        do throws(FileError) {
            let handle = try files.openToRead(path)
            defer { files.close(handle) }
            let status = try files.status(handle)
            guard status.kind == .file else { return nil }
            if status.size <= XLMetaHead.wholeSizeMax {
                return .whole(try readBytes(of: handle, at: 0..<Int(status.size)))
            }
            if status.size <= Self.readSizeMax {
                let head = try readHead(of: handle, fileSize: Int(status.size), inlineData: inlineData)
                if let head { return .head(head) }
            }
        } catch {
            guard error.code == ENOENT || error.code == ENOTDIR else { throw DriveError(reading: error) }
            return nil
        }
        return try readFile(path).map { .whole($0) }
    }

    private func readHead(
        of handle: F.Handle,
        fileSize: Int,
        inlineData: Bool
    ) throws(FileError) -> XLMetaHead? {
        let start = try readBytes(of: handle, at: 0..<XLMetaHead.startSize)
        guard let endRange = XLMetaHead.endRange(ofFileStartingWith: start, fileSize: fileSize) else {
            return nil
        }
        let sectionStart = endRange.lowerBound + XLMetaHead.checksumSize
        return XLMetaHead(
            start: start,
            end: try readBytes(of: handle, at: endRange),
            inlineSection: inlineData ? try readBytes(of: handle, at: sectionStart..<fileSize) : nil,
            fileSize: fileSize
        )
    }

    /// An error of a look-up below a volume.
    func reading(_ error: FileError, in volume: String) throws(DriveError) -> DriveError {
        let error = DriveError(reading: error)
        return error == .notFound ? try absence(in: volume) : error
    }
}
