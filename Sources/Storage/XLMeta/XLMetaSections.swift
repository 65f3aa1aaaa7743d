package import Base
import MessagePack

/// A file of the current format cut at its lengths, nothing of it decoded.
struct XLMetaSections {
    /// Up to the length.
    static let start = XLMetaFile.magic + [1, 0, 3, 0, 0xc6]
    static let metadataOffset = 13

    let metadata: ArraySlice<UInt8>
    private let checksum: UInt32
    let inlineData: ArraySlice<UInt8>

    /// `nil` for another container, and where the file ends before it should.
    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: Self.start), bytes.count >= Self.metadataOffset else { return nil }
        let size = Int(bytes.bigEndian(at: Self.start.count))
        let end = Self.metadataOffset + size
        guard bytes.count >= end + XLMetaHead.checksumSize, bytes[end] == 0xce else { return nil }
        metadata = bytes[Self.metadataOffset..<end]
        checksum = bytes.bigEndian(at: end + 1)
        inlineData = bytes[(end + XLMetaHead.checksumSize)...]
    }

    /// - Throws: ``XLMetaError/checksumMismatch(stored:computed:)``.
    func verify() throws(XLMetaError) {
        let computed = Signature.checksum(metadata)
        guard checksum == computed else {
            throw .checksumMismatch(stored: UInt64(checksum), computed: computed)
        }
    }
}

/// The versions in a metadata block of the current format, in which one id is looked for.
struct XLMetaVersions {
    let count: Int
    let newest: XLVersionHeader
    /// That of the newest object that says how it is cut.
    let objectHeader: XLVersionHeader?
    /// Headers and bodies as they are.
    let encoded: ArraySlice<UInt8>
    /// Those with the id, in file order.
    let found: [XLMetaFile.Entry]

    /// `nil` without any version, and where something is not as the current format has it.
    init?(in metadata: ArraySlice<UInt8>, lookingFor id: UUID) {
        var reader = MessagePackReader(metadata)
        do {
            guard try reader.readUInt64() == XLVersionHeader.formatVersion,
                try reader.readUInt64() == XLMetaFile.metaVersion,
                let count = Int(exactly: try reader.readUInt64())
            else { return nil }
            self.count = count
        } catch { return nil }
        encoded = reader.rest
        var walk = BlobWalk(encoded)
        var (newest, objectHeader): (XLVersionHeader?, XLVersionHeader?) = (nil, nil)
        var found: [XLMetaFile.Entry] = []
        for _ in 0..<count {
            guard let header = walk.next(), let isWanted = walk.isHeader(header, of: id),
                let body = walk.next()
            else { return nil }
            guard isWanted || newest == nil || objectHeader == nil else { continue }
            // One that cannot be decoded is told of by those who decode all of them.
            let version = XLVersionHeader.formatVersion
            guard let decoded = try? XLVersionHeader(decoding: encoded[header], formatVersion: version) else {
                return nil
            }
            if newest == nil { newest = decoded }
            if objectHeader == nil, decoded.kind == .object, decoded.dataShardCount > 0 {
                objectHeader = decoded
            }
            if isWanted {
                found.append(.init(header: decoded, body: encoded[body], encodedHeader: encoded[header]))
            }
        }
        guard walk.isAtEnd, let newest else { return nil }
        (self.newest, self.objectHeader, self.found) = (newest, objectHeader, found)
    }
}

extension XLMetaFile {
    /// Parses a whole file, checked by its checksum, and keeps of its versions only the one of an id: nothing else in it is
    /// decoded.
    ///
    /// - Returns: `nil` where all of it has to be parsed, as with a file of an older release.
    /// - Throws: ``XLMetaError/checksumMismatch(stored:computed:)``.
    package init?(parsing bytes: [UInt8], onlyVersion id: UUID) throws(XLMetaError) {
        guard let sections = XLMetaSections(bytes),
            let versions = XLMetaVersions(in: sections.metadata, lookingFor: id)
        else { return nil }
        try sections.verify()
        self.init(
            excerpt: versions.found,
            inlineData: InlineData(parsing: sections.inlineData),
            storedSize: bytes.count
        )
    }
}

/// Passes over MessagePack blobs, one after the other, at the speed of memory.
private struct BlobWalk {
    private let bytes: ArraySlice<UInt8>
    private var index: Int

    init(_ bytes: ArraySlice<UInt8>) { (self.bytes, index) = (bytes, bytes.startIndex) }

    var isAtEnd: Bool { index == bytes.endIndex }

    /// Where the next blob's bytes are; `nil` for anything else and for one that goes past the end.
    mutating func next() -> Range<Int>? {
        guard index < bytes.endIndex, (0xc4...0xc6).contains(bytes[index]) else { return nil }
        let start = index + 1 + (1 << Int(bytes[index] - 0xc4))
        guard start <= bytes.endIndex else { return nil }
        var count = 0
        for position in index + 1..<start { count = count << 8 | Int(bytes[position]) }
        guard count <= bytes.endIndex - start else { return nil }
        index = start + count
        return start..<index
    }

    /// Whether a header, an array of 7 that begins with the id, is that of `id`; `nil` for anything else.
    func isHeader(_ range: Range<Int>, of id: UUID) -> Bool? {
        guard range.count > 19, bytes[range.lowerBound] == 0x97, bytes[range.lowerBound + 1] == 0xc4,
            bytes[range.lowerBound + 2] == 16
        else { return nil }
        let start = range.lowerBound + 3
        return bigEndian(at: start) == id.high && bigEndian(at: start + 8) == id.low
    }

    private func bigEndian(at index: Int) -> UInt64 {
        var value: UInt64 = 0
        for position in index..<index + 8 { value = value << 8 | UInt64(bytes[position]) }
        return value
    }
}

extension [UInt8] {
    fileprivate func bigEndian(at index: Int) -> UInt32 {
        self[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
