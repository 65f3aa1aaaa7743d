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
        let encoded = reader.rest
        guard let places = BlobWalk.places(of: id, in: encoded, count: count), let first = places.first,
            let newest = Self.header(encoded[first])
        else { return nil }
        var found: [XLMetaFile.Entry] = []
        for place in places.wanted {
            guard let header = Self.header(encoded[place.header]) else { return nil }
            found.append(
                .init(header: header, body: encoded[place.body], encodedHeader: encoded[place.header])
            )
        }
        (self.encoded, self.newest, self.found) = (encoded, newest, found)
    }

    /// That of the newest object that says how it is cut.
    var objectHeader: XLVersionHeader? {
        var reader = MessagePackReader(encoded)
        for _ in 0..<count {
            // That all of them can be passed over was seen before.
            guard let header = try? reader.readBinary(), (try? reader.readBinary()) != nil else { return nil }
            if let object = Self.header(header), object.kind == .object, object.dataShardCount > 0 {
                return object
            }
        }
        return nil
    }

    /// One that cannot be decoded is told of by those who decode all of them.
    private static func header(_ bytes: ArraySlice<UInt8>) -> XLVersionHeader? {
        try? XLVersionHeader(decoding: bytes, formatVersion: XLVersionHeader.formatVersion)
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
            of: versions.count,
            inlineData: InlineData(parsing: sections.inlineData),
            storedSize: bytes.count
        )
    }
}

/// Passes over MessagePack blobs, one after the other, at the speed of memory.
private struct BlobWalk {
    /// Where the first header is, and all versions of one id.
    struct Places {
        var first: Range<Int>?
        var wanted: [(header: Range<Int>, body: Range<Int>)] = []
    }

    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    /// - Parameter encoded: `count` pairs of a header and a body, and nothing else; `nil` otherwise.
    static func places(of id: UUID, in encoded: ArraySlice<UInt8>, count: Int) -> Places? {
        let start = encoded.startIndex
        func place(_ range: Range<Int>) -> Range<Int> { range.lowerBound + start..<range.upperBound + start }
        return encoded.withUnsafeBytes { bytes in
            var walk = BlobWalk(bytes: bytes)
            var places = Places()
            for _ in 0..<count {
                guard let header = walk.next(), let isWanted = walk.isHeader(header, of: id),
                    let body = walk.next()
                else { return nil }
                if places.first == nil { places.first = place(header) }
                if isWanted { places.wanted.append((place(header), place(body))) }
            }
            return walk.offset == bytes.count ? places : nil
        }
    }

    private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Where the next blob's bytes are; `nil` for anything else and for one that goes past the end.
    private mutating func next() -> Range<Int>? {
        guard offset < bytes.count, (0xc4...0xc6).contains(bytes[offset]) else { return nil }
        let start = offset + 1 + (1 << Int(bytes[offset] - 0xc4))
        guard start <= bytes.count else { return nil }
        var size = 0
        for position in offset + 1..<start { size = size << 8 | Int(bytes[position]) }
        guard size <= bytes.count - start else { return nil }
        offset = start + size
        return start..<offset
    }

    /// Whether a header, an array of 7 that begins with the id, is that of `id`; `nil` for anything else.
    private func isHeader(_ range: Range<Int>, of id: UUID) -> Bool? {
        let start = range.lowerBound
        guard range.count > 19, bytes[start] == 0x97, bytes[start + 1] == 0xc4, bytes[start + 2] == 16 else {
            return nil
        }
        let high = bytes.loadUnaligned(fromByteOffset: start + 3, as: UInt64.self)
        let low = bytes.loadUnaligned(fromByteOffset: start + 11, as: UInt64.self)
        return UInt64(bigEndian: high) == id.high && UInt64(bigEndian: low) == id.low
    }
}

extension [UInt8] {
    fileprivate func bigEndian(at index: Int) -> UInt32 {
        self[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
