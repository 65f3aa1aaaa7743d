package import Base
import MessagePack

/// An object of a release before 2020 that was moved into `xl.meta` as it was: always the null
/// version, its data in `<object>/<dataDirectory>/part.N`. It is read and kept, never written.
package struct XLLegacyObject: Sendable, Hashable {
    /// A part and the whole-file hash of this drive's shard of it.
    package struct Part: Sendable, Hashable {
        package var etag = ""
        package var number = 0
        package var size = 0
        package var actualSize = 0
    }

    package struct Checksum: Sendable, Hashable {
        package var partNumber = 0
        /// 1 SHA-256, 2 HighwayHash-256 of the whole file, 3 the same by blocks, 4 BLAKE2b-512.
        package var algorithm: UInt64 = 0
        package var hash: [UInt8] = []
    }

    package private(set) var size = 0
    package private(set) var modificationTime = Timestamp(nanoseconds: 0)
    package private(set) var erasure = XLErasure(
        dataShardCount: 0,
        parityShardCount: 0,
        blockSize: 0,
        shardNumber: 0,
        distribution: []
    )
    package private(set) var checksums: [Checksum] = []
    package private(set) var metadata = MetadataMap()
    package private(set) var parts: [Part] = []
    /// The folder of the part files, normally `legacy`.
    package private(set) var dataDirectory = ""

    /// Reads the record of a `V1Obj` key. Unknown keys are passed over.
    init(from reader: inout MessagePackReader) throws(XLMetaError) {
        do { try read(from: &reader) } catch { throw .malformed(error) }
        if let field = erasure.invalidField { throw .invalidField(field) }
        guard parts.allSatisfy({ $0.number > 0 && $0.size >= 0 }) else { throw .invalidField("Parts") }
        guard !dataDirectory.utf8.contains(UInt8(ascii: "/")), dataDirectory != "..", dataDirectory != "."
        else {
            throw .invalidField("DataDir")
        }
    }

    private mutating func read(from reader: inout MessagePackReader) throws(MessagePackError) {
        for _ in 0..<(try reader.readMap()) {
            switch try reader.readString() {
            case "Stat": try readStat(from: &reader)
            case "Erasure": try readErasure(from: &reader)
            case "Meta": metadata = try MetadataMap(from: &reader) ?? MetadataMap()
            case "Parts":
                for _ in 0..<(try reader.readArray()) { parts.append(try Self.readPart(from: &reader)) }
            case "DataDir": dataDirectory = try reader.readString()
            default: try reader.skip()
            }
        }
    }

    private mutating func readStat(from reader: inout MessagePackReader) throws(MessagePackError) {
        for _ in 0..<(try reader.readMap()) {
            switch try reader.readString() {
            case "Size": size = try reader.readInt()
            case "ModTime": modificationTime = try reader.readTime() ?? Timestamp(nanoseconds: 0)
            default: try reader.skip()
            }
        }
    }

    private mutating func readErasure(from reader: inout MessagePackReader) throws(MessagePackError) {
        for _ in 0..<(try reader.readMap()) {
            switch try reader.readString() {
            case "DataBlocks": erasure.dataShardCount = try reader.readInt()
            case "ParityBlocks": erasure.parityShardCount = try reader.readInt()
            case "BlockSize": erasure.blockSize = try reader.readInt()
            case "Index": erasure.shardNumber = try reader.readInt()
            case "Distribution":
                for _ in 0..<(try reader.readArray()) {
                    erasure.distribution.append(UInt8(exactly: try reader.readInt()) ?? 0)
                }
            case "Checksums":
                for _ in 0..<(try reader.readArray()) {
                    checksums.append(try Self.readChecksum(from: &reader))
                }
            default: try reader.skip()
            }
        }
    }

    private static func readChecksum(from reader: inout MessagePackReader) throws(MessagePackError)
        -> Checksum
    {
        var checksum = Checksum()
        for _ in 0..<(try reader.readMap()) {
            switch try reader.readString() {
            case "PartNumber": checksum.partNumber = try reader.readInt()
            case "Algorithm": checksum.algorithm = try reader.readUInt64()
            case "Hash": checksum.hash = try reader.readNull() ? [] : Array(try reader.readBinary())
            default: try reader.skip()
            }
        }
        return checksum
    }

    private static func readPart(from reader: inout MessagePackReader) throws(MessagePackError) -> Part {
        var part = Part()
        for _ in 0..<(try reader.readMap()) {
            switch try reader.readString() {
            case "e": part.etag = try reader.readString()
            case "n": part.number = try reader.readInt()
            case "s": part.size = try reader.readInt()
            case "as": part.actualSize = try reader.readInt()
            default: try reader.skip()
            }
        }
        return part
    }
}
