import Base
import MessagePack

extension XLObject {
    /// The one erasure algorithm (Reed–Solomon) and the one checksum (HighwayHash) there are.
    private static let algorithm: UInt64 = 1

    /// Reads the record of a `V2Obj` key. Unknown keys are passed over.
    init(from reader: inout MessagePackReader) throws(XLMetaError) {
        let record: Record
        do { record = try Record(from: &reader) } catch { throw .malformed(error) }
        guard record.erasureAlgorithm == Self.algorithm else { throw .invalidField("EcAlgo") }
        guard record.checksumAlgorithm == Self.algorithm else { throw .invalidField("CSumAlgo") }
        guard let versionID = UUID(bytes: record.versionID) else { throw .invalidField("ID") }
        guard let dataDirectory = UUID(bytes: record.dataDirectory) else { throw .invalidField("DDir") }
        guard record.modificationTime > 0 else { throw .invalidField("MTime") }
        if let field = record.erasure.invalidField { throw .invalidField(field) }
        if let field = record.invalidPartField { throw .invalidField(field) }
        self.versionID = versionID
        self.dataDirectory = dataDirectory
        erasure = record.erasure
        partNumbers = record.partNumbers
        partETags = record.partETags
        partSizes = record.partSizes
        partActualSizes = record.partActualSizes
        partIndices = record.partIndices
        size = record.size
        modificationTime = Timestamp(nanoseconds: record.modificationTime)
        internalMetadata = record.internalMetadata
        userMetadata = record.userMetadata
    }

    func write(to writer: inout MessagePackWriter) {
        writer.writeMap(count: partIndices == nil ? 17 : 18)
        writer.write("ID")
        writer.write(binary: versionID.bytes)
        writer.write("DDir")
        writer.write(binary: dataDirectory.bytes)
        writeErasure(to: &writer)
        writeParts(to: &writer)
        writer.write("Size")
        writer.write(signed: size)
        writer.write("MTime")
        writer.write(signed: modificationTime.nanoseconds)
        writer.write("MetaSys")
        if let internalMetadata {
            internalMetadata.write(to: &writer, as: .binary)
        } else {
            writer.writeNull()
        }
        writer.write("MetaUsr")
        if let userMetadata { userMetadata.write(to: &writer, as: .string) } else { writer.writeNull() }
    }

    private func writeErasure(to writer: inout MessagePackWriter) {
        writer.write("EcAlgo")
        writer.write(unsigned: Self.algorithm)
        writer.write("EcM")
        writer.write(signed: erasure.dataShardCount)
        writer.write("EcN")
        writer.write(signed: erasure.parityShardCount)
        writer.write("EcBSize")
        writer.write(signed: erasure.blockSize)
        writer.write("EcIndex")
        writer.write(signed: erasure.shardNumber)
        writer.write("EcDist")
        writer.writeArray(count: erasure.distribution.count)
        for number in erasure.distribution { writer.write(unsigned: UInt64(number)) }
        writer.write("CSumAlgo")
        writer.write(unsigned: Self.algorithm)
    }

    private func writeParts(to writer: inout MessagePackWriter) {
        writer.write("PartNums")
        writer.write(signed: partNumbers)
        writer.write("PartETags")
        if let partETags {
            writer.writeArray(count: partETags.count)
            for etag in partETags { writer.write(etag) }
        } else {
            writer.writeNull()
        }
        writer.write("PartSizes")
        writer.write(signed: partSizes)
        writer.write("PartASizes")
        if let partActualSizes { writer.write(signed: partActualSizes) } else { writer.writeNull() }
        guard let partIndices else { return }
        writer.write("PartIdx")
        writer.writeArray(count: partIndices.count)
        for index in partIndices { writer.write(binary: index) }
    }

    /// What the signature covers beside the metadata: the record as every drive would write it.
    var signedRecord: [UInt8] {
        var common = self
        common.erasure.shardNumber = 0
        if partETags?.allSatisfy(\.isEmpty) == true { common.partETags = nil }
        if partActualSizes?.isEmpty == true { common.partActualSizes = nil }
        common.internalMetadata = nil
        common.userMetadata = nil
        var writer = MessagePackWriter(reservingCapacity: 256)
        common.write(to: &writer)
        return writer.bytes
    }

    /// The `DDir` of an encoded object body, without decoding the rest; `nil` where there is none.
    static func dataDirectory(inBody body: ArraySlice<UInt8>) throws(MessagePackError) -> UUID? {
        var reader = MessagePackReader(body)
        guard try reader.seek("V2Obj"), try reader.seek("DDir") else { return nil }
        return UUID(bytes: try reader.readBinary())
    }

    /// An encoded object body for another drive: the same bytes but for the shard's number.
    static func body(
        _ body: ArraySlice<UInt8>,
        settingShardNumber number: Int
    ) throws(MessagePackError) -> [UInt8] {
        var reader = MessagePackReader(body)
        guard try reader.seek("V2Obj"), try reader.seek("EcIndex") else { throw .missingKey("EcIndex") }
        var writer = MessagePackWriter(reservingCapacity: body.count + 8)
        writer.write(encoded: body.prefix(reader.offset))
        writer.write(signed: number)
        try reader.skip()
        writer.write(encoded: reader.rest)
        return writer.bytes
    }
}

extension MessagePackReader {
    /// Enters the map that is next and goes to the value of `key`; false when the map lacks it.
    fileprivate mutating func seek(_ key: String) throws(MessagePackError) -> Bool {
        for _ in 0..<(try readMap()) {
            if try readStringBytes().elementsEqual(key.utf8) { return true }
            try skip()
        }
        return false
    }
}

/// The record's fields before their values are judged.
private struct Record {
    var versionID: ArraySlice<UInt8> = []
    var dataDirectory: ArraySlice<UInt8> = []
    var erasureAlgorithm: UInt64 = 0
    var checksumAlgorithm: UInt64 = 0
    var erasure = XLErasure(
        dataShardCount: 0,
        parityShardCount: 0,
        blockSize: 0,
        shardNumber: 0,
        distribution: []
    )
    var partNumbers: [Int] = []
    var partETags: [String]?
    var partSizes: [Int] = []
    var partActualSizes: [Int]?
    var partIndices: [[UInt8]]?
    var size = 0
    var modificationTime: Int64 = 0
    var internalMetadata: MetadataMap?
    var userMetadata: MetadataMap?

    init(from reader: inout MessagePackReader) throws(MessagePackError) {
        for _ in 0..<(try reader.readMap()) {
            switch try reader.readString() {
            case "ID": versionID = try reader.readBinary()
            case "DDir": dataDirectory = try reader.readBinary()
            case "EcAlgo": erasureAlgorithm = try reader.readUInt64()
            case "EcM": erasure.dataShardCount = try reader.readInt()
            case "EcN": erasure.parityShardCount = try reader.readInt()
            case "EcBSize": erasure.blockSize = try reader.readInt()
            case "EcIndex": erasure.shardNumber = try reader.readInt()
            case "EcDist": erasure.distribution = try reader.readShardNumbers()
            case "CSumAlgo": checksumAlgorithm = try reader.readUInt64()
            case "PartNums": partNumbers = try reader.readIntegers() ?? []
            case "PartETags": partETags = try reader.readStrings()
            case "PartSizes": partSizes = try reader.readIntegers() ?? []
            case "PartASizes": partActualSizes = try reader.readIntegers()
            case "PartIdx": partIndices = try reader.readBlobs()
            case "Size": size = try reader.readInt()
            case "MTime": modificationTime = try reader.readInt64()
            case "MetaSys": internalMetadata = try MetadataMap(from: &reader)
            case "MetaUsr": userMetadata = try MetadataMap(from: &reader)
            default: try reader.skip()
            }
        }
    }

    /// The on-disk name of the first field that does not fit the others.
    var invalidPartField: String? {
        guard partNumbers.allSatisfy({ (0...100_000).contains($0) }) else { return "PartNums" }
        guard partSizes.count == partNumbers.count, partSizes.allSatisfy({ $0 >= 0 }) else {
            return "PartSizes"
        }
        if let partActualSizes {
            let fits = partActualSizes.isEmpty || partActualSizes.count == partNumbers.count
            guard fits, partActualSizes.allSatisfy({ $0 >= -1 }) else { return "PartASizes" }
        }
        var sum = 0
        for size in partSizes {
            let (next, overflow) = sum.addingReportingOverflow(size)
            guard !overflow else { return "PartSizes" }
            sum = next
        }
        return size == sum ? nil : "Size"
    }
}

extension MessagePackReader {
    /// A shard number past 255 cannot be: it reads as 0, which no distribution holds.
    fileprivate mutating func readShardNumbers() throws(MessagePackError) -> [UInt8] {
        var numbers: [UInt8] = []
        for _ in 0..<(try readArray()) { numbers.append(UInt8(exactly: try readUInt64()) ?? 0) }
        return numbers
    }

    fileprivate mutating func readIntegers() throws(MessagePackError) -> [Int]? {
        if try readNull() { return nil }
        var integers: [Int] = []
        for _ in 0..<(try readArray()) { integers.append(try readInt()) }
        return integers
    }

    fileprivate mutating func readStrings() throws(MessagePackError) -> [String]? {
        if try readNull() { return nil }
        var strings: [String] = []
        for _ in 0..<(try readArray()) { strings.append(try readString()) }
        return strings
    }

    fileprivate mutating func readBlobs() throws(MessagePackError) -> [[UInt8]]? {
        if try readNull() { return nil }
        var blobs: [[UInt8]] = []
        for _ in 0..<(try readArray()) { blobs.append(Array(try readBinary())) }
        return blobs
    }
}

extension MessagePackWriter {
    fileprivate mutating func write(signed values: [Int]) {
        writeArray(count: values.count)
        for value in values { write(signed: value) }
    }
}
