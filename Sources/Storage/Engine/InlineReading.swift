import Checksums
import Drives
import ErasureCode
import XLMeta

/// Where the shards of a version are.
enum ShardContent {
    /// Enough of them lie in `xl.meta`: the object's bytes, verified.
    case inMemory([UInt8])
    /// In files, but for those, by shard index, that lie in the `xl.meta` of their drives, verified.
    case inFiles(FoundVersion, inline: [Int: [UInt8]])
}

extension Engine {
    /// Finds where the shards of a version are: in `xl.meta`, in files, or in both, each drive as it likes.
    ///
    /// - Throws: ``EngineError/damaged(_:)`` when all copies are inline and fewer than k shards are sound.
    func content(of found: FoundVersion, _ path: ObjectPath) async throws(EngineError) -> ShardContent {
        var (found, shards) = (found, InlineShards(found))
        guard shards.sawInlineData, let geometry = found.version.geometry else {
            return .inFiles(found, inline: [:])
        }
        let set = set(for: path.name)
        if !shards.suffice(geometry) {
            for (position, reason) in shards.damaged { reportDamage(path, set.slots[position], reason) }
            found = await everyCopy(of: found, path, set)
            shards = InlineShards(found)
        }
        if shards.suffice(geometry) {
            let size = Int(found.version.parts.first?.storedSize ?? 0)
            return .inMemory(shards.joined(geometry, size: size, set))
        }
        guard shards.sawFiles else {
            throw .damaged("\(shards.sound.count) of \(geometry.dataShards) inline shards are sound")
        }
        return .inFiles(found, inline: shards.sound)
    }

    private func everyCopy(
        of found: FoundVersion,
        _ path: ObjectPath,
        _ set: ErasureSet
    ) async -> FoundVersion {
        let answers = await set.versionAnswers(path, everybody: true)
        let copies = answers.enumerated().compactMap { position, answer -> (Int, XLMetaFile)? in
            if case .file(let file) = answer, file.holds(found.header) { (position, file) } else { nil }
        }
        return FoundVersion(version: found.version, header: found.header, copies: copies)
    }
}

/// The inline shards of one version that passed their digests, by shard index.
private struct InlineShards {
    private(set) var sound: [Int: [UInt8]] = [:]
    private(set) var damaged: [(position: Int, reason: String)] = []
    private(set) var sawInlineData = false
    /// A drive has its shard in a file.
    private(set) var sawFiles = false

    init(_ found: FoundVersion) {
        guard let geometry = found.version.geometry, let part = found.version.parts.first,
            found.version.parts.count == 1
        else { return }
        for (position, file) in found.copies {
            // A shard of another write of the same time fits in its digest and yields bytes that nobody stored.
            guard let object = found.object(in: file),
                object.dataDirectory == found.version.dataDirectory
            else { continue }
            guard let framed = file.inlineData(of: object.versionID, dataDirectory: object.dataDirectory)
            else {
                sawFiles = true
                continue
            }
            sawInlineData = true
            do {
                sound[object.erasure.shardNumber - 1] = try unframe(framed, geometry, size: part.storedSize)
            } catch { damaged.append((position, error.reason)) }
        }
    }

    func suffice(_ geometry: ErasureGeometry) -> Bool { sound.count >= geometry.dataShards }

    /// The object's bytes from the data shards, those that are missing restored.
    func joined(_ geometry: ErasureGeometry, size: Int, _ set: ErasureSet) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        var shardOffset = 0
        while bytes.count < size {
            let length = min(geometry.blockSize, size - bytes.count)
            let shardSize = geometry.shardSize(blockLength: length)
            let range = shardOffset..<shardOffset + shardSize
            var pieces = (0..<geometry.dataShards).map { sound[$0].map { Array($0[range]) } }
            if pieces.contains(nil) { restore(&pieces, range, geometry, set) }
            let end = bytes.count + length
            for case let piece? in pieces { bytes += piece.prefix(end - bytes.count) }
            shardOffset += shardSize
        }
        return bytes
    }

    private func restore(
        _ pieces: inout [[UInt8]?],
        _ range: Range<Int>,
        _ geometry: ErasureGeometry,
        _ set: ErasureSet
    ) {
        let length = range.count
        let scratch = UnsafeMutableRawPointer.allocate(
            byteCount: length * geometry.shardCount * 2,
            alignment: 64
        )
        defer { scratch.deallocate() }
        var present = [UnsafeRawPointer?](repeating: nil, count: geometry.shardCount)
        var wanted = [UnsafeMutableRawPointer?](repeating: nil, count: geometry.shardCount)
        for index in 0..<geometry.shardCount {
            let place = scratch + index * length
            if let shard = sound[index] {
                UnsafeMutableRawBufferPointer(start: place, count: length).copyBytes(from: shard[range])
                present[index] = UnsafeRawPointer(place)
            } else if index < geometry.dataShards {
                wanted[index] = scratch + (geometry.shardCount + index) * length
            }
        }
        do {
            try set.coder(for: geometry).reconstruct(present: present, wanted: wanted, length: length)
        } catch { preconditionFailure("there were enough shards: \(error)") }
        for (index, target) in wanted.enumerated() {
            guard let target else { continue }
            pieces[index] = Array(UnsafeRawBufferPointer(start: target, count: length))
        }
    }
}

private struct FramingError: Error {
    let reason: String
}

/// Checks every digest of a framed shard and drops them.
private func unframe(
    _ framed: ArraySlice<UInt8>,
    _ geometry: ErasureGeometry,
    size: Int64
) throws(FramingError) -> [UInt8] {
    guard Int64(framed.count) == geometry.framedFileSize(objectSize: size) else {
        throw FramingError(reason: "the inline shard has \(framed.count) bytes")
    }
    var shard: [UInt8] = []
    shard.reserveCapacity(framed.count)
    var rest = framed
    while !rest.isEmpty {
        let frame = rest.prefix(ErasureGeometry.hashSize + geometry.shardSize)
        let bytes = frame.dropFirst(ErasureGeometry.hashSize)
        guard frame.prefix(ErasureGeometry.hashSize).elementsEqual(digest(of: bytes)) else {
            throw FramingError(reason: "the inline shard does not match its digest")
        }
        shard += bytes
        rest = rest.dropFirst(frame.count)
    }
    return shard
}

private func digest(of bytes: ArraySlice<UInt8>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: HighwayHash256.digestSize) { buffer, count in
        let target = UnsafeMutableRawBufferPointer(
            rebasing: UnsafeMutableRawBufferPointer(buffer)[..<HighwayHash256.digestSize]
        )
        bytes.withUnsafeBytes { HighwayHash256.hash($0, into: target) }
        count = HighwayHash256.digestSize
    }
}
