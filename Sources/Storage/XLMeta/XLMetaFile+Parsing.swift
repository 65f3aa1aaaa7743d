import Base
import MessagePack

extension XLMetaFile {
    /// Parses a whole file of any container version from 1.0 to 1.3.
    ///
    /// - Throws: ``XLMetaError``. The bytes come from a drive, so anything may be in them.
    package init(parsing bytes: [UInt8]) throws(XLMetaError) {
        let container = try Container(parsing: bytes[...])
        self.init(
            entries: try container.entries(),
            inlineData: InlineData(parsing: container.inlineSection),
            storedSize: bytes.count
        )
    }

    /// Parses the versions and checks their checksum, but leaves the inline data alone. `bytes` may
    /// be a prefix of the file, at least ``metadataSize(ofFileStartingWith:)`` long.
    package init(parsingMetadataOf bytes: [UInt8]) throws(XLMetaError) {
        self.init(
            entries: try Container(parsing: bytes[...]).entries(),
            inlineData: nil,
            storedSize: bytes.count
        )
    }

    /// How many bytes of the file a metadata-only parse needs; `nil` when it needs the whole file,
    /// as with the earliest containers. `prefix` must hold the first 16 bytes, or the whole file.
    package static func metadataSize(ofFileStartingWith prefix: [UInt8]) throws(XLMetaError) -> Int? {
        let minor = try Container.minorVersion(of: prefix[...])
        guard minor > 0 else { return nil }
        guard let length = Container.blobLength(prefix[...].dropFirst(8)) else {
            throw .truncated(size: prefix.count)
        }
        guard length.byteCount <= metadataSizeMax else {
            throw .tooLarge(size: length.byteCount, sizeMax: metadataSizeMax)
        }
        return 8 + length.headerByteCount + length.byteCount + (minor >= 2 ? 5 : 0)
    }
}

/// The sections of a file, whatever its container version.
private struct Container {
    let minor: UInt16
    /// The checked metadata block; of container 1.0 it is the rest of the file.
    let metadata: ArraySlice<UInt8>
    let inlineSection: ArraySlice<UInt8>

    init(parsing bytes: ArraySlice<UInt8>) throws(XLMetaError) {
        minor = try Self.minorVersion(of: bytes)
        var reader = MessagePackReader(bytes.dropFirst(8))
        guard minor > 0 else {
            metadata = reader.rest
            inlineSection = []
            return
        }
        do {
            metadata = try reader.readBinary()
            guard minor >= 2 else {
                inlineSection = reader.rest
                return
            }
            let stored = try reader.readUInt64()
            inlineSection = reader.rest
            let computed = Signature.checksum(metadata)
            guard stored == computed else {
                throw XLMetaError.checksumMismatch(stored: stored, computed: computed)
            }
        } catch let error as XLMetaError {
            throw error
        } catch MessagePackError.truncated {
            throw .truncated(size: bytes.count)
        } catch let error as MessagePackError {
            throw .malformed(error)
        } catch { preconditionFailure("an error of neither kind: \(error)") }
    }

    /// 0...3. Checks the magic and the major version too.
    static func minorVersion(of bytes: ArraySlice<UInt8>) throws(XLMetaError) -> UInt16 {
        guard bytes.starts(with: XLMetaFile.magic) else {
            if bytes.count < 4, XLMetaFile.magic.starts(with: bytes) { throw .truncated(size: bytes.count) }
            if bytes.first == UInt8(ascii: "{") { throw .legacyJSON }
            throw .notXLMeta
        }
        guard bytes.count >= 8 else { throw .truncated(size: bytes.count) }
        let version = Array(bytes[bytes.startIndex + 4..<bytes.startIndex + 8])
        if version == Array("1   ".utf8) { return 0 }
        let major = UInt16(version[0]) | UInt16(version[1]) << 8
        let minor = UInt16(version[2]) | UInt16(version[3]) << 8
        guard major == 1, minor <= 3 else { throw .unsupportedContainer(major: major, minor: minor) }
        return minor
    }

    /// The length fields of a blob that may not be there in full; `nil` when they are not either.
    static func blobLength(_ bytes: ArraySlice<UInt8>) -> (headerByteCount: Int, byteCount: Int)? {
        guard let marker = bytes.first, (0xc4...0xc6).contains(marker) else { return nil }
        let width = 1 << Int(marker - 0xc4)
        guard bytes.count > width else { return nil }
        return (1 + width, bytes.dropFirst().prefix(width).reduce(0) { $0 << 8 | Int($1) })
    }

    func entries() throws(XLMetaError) -> [XLMetaFile.Entry] {
        guard metadata.count <= XLMetaFile.metadataSizeMax else {
            throw .tooLarge(size: metadata.count, sizeMax: XLMetaFile.metadataSizeMax)
        }
        return minor >= 3 ? try indexedEntries() : try unindexedEntries()
    }

    /// Container 1.3: a header in front of every body.
    private func indexedEntries() throws(XLMetaError) -> [XLMetaFile.Entry] {
        let block: Block
        do { block = try Block(metadata) } catch { throw .malformed(error) }
        guard (1...XLVersionHeader.formatVersion).contains(block.headerVersion) else {
            throw .unsupportedHeaderVersion(block.headerVersion)
        }
        guard (1...XLMetaFile.metaVersion).contains(block.metaVersion) else {
            throw .unsupportedMetaVersion(block.metaVersion)
        }
        var entries: [XLMetaFile.Entry] = []
        entries.reserveCapacity(block.versions.count)
        for (header, body) in block.versions {
            let decoded = try XLVersionHeader(decoding: header, formatVersion: block.headerVersion)
            let isComplete =
                block.headerVersion == XLVersionHeader.formatVersion
                && (decoded.kind != .object || decoded.dataShardCount > 0)
            let entry = XLMetaFile.Entry(
                header: decoded,
                body: body,
                encodedHeader: isComplete ? header : nil
            )
            entries.append(
                entry.upgraded(headerVersion: block.headerVersion, metaVersion: block.metaVersion)
            )
        }
        return entries
    }

    /// Containers 1.0 to 1.2: `{"Versions": [body…]}`, in no promised order.
    private func unindexedEntries() throws(XLMetaError) -> [XLMetaFile.Entry] {
        var bodies: [ArraySlice<UInt8>] = []
        do {
            var reader = MessagePackReader(metadata)
            for _ in 0..<(try reader.readMap()) {
                guard try reader.readString() == "Versions" else {
                    try reader.skip()
                    continue
                }
                for _ in 0..<(try reader.readArray()) { bodies.append(try reader.readEncoded()) }
            }
        } catch { throw .malformed(error) }
        var entries: [XLMetaFile.Entry] = []
        for body in bodies {
            let header = try XLVersion(decoding: body).header
            let entry = XLMetaFile.Entry(header: header, body: body)
            entries.append(entry.upgraded(headerVersion: XLVersionHeader.formatVersion, metaVersion: 1))
        }
        return entries.sorted { $0.header.isSorted(before: $1.header) }
    }
}

/// The metadata block of container 1.3 before its values are judged.
private struct Block {
    let headerVersion: UInt64
    let metaVersion: UInt64
    private(set) var versions: [(header: ArraySlice<UInt8>, body: ArraySlice<UInt8>)] = []

    init(_ bytes: ArraySlice<UInt8>) throws(MessagePackError) {
        var reader = MessagePackReader(bytes)
        headerVersion = try reader.readUInt64()
        metaVersion = try reader.readUInt64()
        let count = try reader.readUInt64()
        // A newer writer's versions may have another shape: the numbers alone decide.
        guard headerVersion <= XLVersionHeader.formatVersion, metaVersion <= XLMetaFile.metaVersion else {
            return
        }
        // Two blobs of two bytes are the least a version takes.
        guard count <= UInt64(reader.rest.count / 4) else { throw .truncated(offset: reader.offset) }
        versions.reserveCapacity(Int(count))
        for _ in 0..<count { versions.append((try reader.readBinary(), try reader.readBinary())) }
        try reader.expectEnd()
    }
}
