import Base
import MessagePack

extension XLMetaFile {
    /// A file with one more version.
    package struct Extended: Sendable {
        package let bytes: [UInt8]
        /// That of the newest object among the versions that were there; `nil` where none of them says how it is cut.
        package let objectHeader: XLVersionHeader?
    }

    /// Puts a version on top of those in a file: what is there is checked by its checksum and copied, not decoded, so
    /// that many versions cost what their bytes do.
    ///
    ///     stored   | versions: n   | newest … oldest | checksum | inline data |
    ///                                    └─────────────┐
    ///     bytes    | versions: n+1 | added | newest … oldest | checksum | inline data, added |
    ///
    /// - Parameter shard: as for ``add(_:inlineData:)``.
    /// - Returns: `nil` where it is not as simple as that, as with the null version, with an id that is there already, with
    ///   a newer version, or in a file of an older release: ``add(_:inlineData:)`` to the parsed file does it then.
    /// - Throws: ``XLMetaError/checksumMismatch(stored:computed:)``, ``XLMetaError/tooManyVersions(countMax:)``,
    ///   ``XLMetaError/tooLarge(size:sizeMax:)``.
    package static func adding(
        _ version: XLVersion,
        inlineData shard: [UInt8]?,
        to stored: [UInt8]
    ) throws(XLMetaError) -> Extended? {
        let id = version.versionID
        guard id != .zero, let body = version.encodedBody(),
            let sections = XLMetaSections(stored),
            let versions = XLMetaVersions(in: sections.metadata, lookingFor: id),
            versions.found.isEmpty, versions.newest.modificationTime <= version.modificationTime
        else { return nil }
        try sections.verify()
        guard versions.count < versionCountMax else { throw .tooManyVersions(countMax: versionCountMax) }
        guard let inlineSection = Self.inlineSection(sections.inlineData, adding: shard, id) else {
            return nil
        }

        var top = MessagePackWriter(reservingCapacity: body.count + 96)
        top.write(unsigned: XLVersionHeader.formatVersion)
        top.write(unsigned: metaVersion)
        top.write(signed: versions.count + 1)
        top.write(binary: version.header.encoded())
        top.write(binary: body)
        let size = top.bytes.count + versions.encoded.count
        guard size <= metadataSizeMax else { throw .tooLarge(size: size, sizeMax: metadataSizeMax) }

        var bytes = XLMetaSections.start
        bytes.reserveCapacity(bytes.count + 9 + size + inlineSection.count)
        bytes.append(bigEndian: UInt32(size))
        bytes += top.bytes
        bytes += versions.encoded
        let checksum = Signature.checksum(bytes[XLMetaSections.metadataOffset...])
        bytes.append(0xce)
        bytes.append(bigEndian: checksum)
        bytes += inlineSection
        return Extended(bytes: bytes, objectHeader: versions.objectHeader)
    }

    /// The section with one more shard behind those that it has; `nil` where it is damaged or has one of that id.
    private static func inlineSection(
        _ section: ArraySlice<UInt8>,
        adding shard: [UInt8]?,
        _ id: UUID
    ) -> ArraySlice<UInt8>? {
        guard let shard else { return section }
        let key = Array(id.description.utf8)
        var count = 0
        var entries: ArraySlice<UInt8> = []
        if let version = section.first {
            guard version == InlineData.formatVersion else { return nil }
            var reader = MessagePackReader(section.dropFirst())
            do {
                count = try reader.readMap()
                entries = reader.rest
                for _ in 0..<count {
                    let found = try reader.readStringBytes()
                    // What lies under an id of no version goes with the next change.
                    if found.elementsEqual(key) { return nil }
                    _ = try reader.readBinary()
                }
                try reader.expectEnd()
            } catch { return nil }
        }
        var writer = MessagePackWriter(reservingCapacity: shard.count + 64)
        writer.writeMap(count: count + 1)
        let start = [InlineData.formatVersion] + writer.bytes
        writer = MessagePackWriter(reservingCapacity: shard.count + 64)
        writer.write(string: key)
        writer.write(binary: shard)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(start.count + entries.count + writer.bytes.count)
        bytes += start
        bytes += entries
        bytes += writer.bytes
        return bytes[...]
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: UInt32) {
        for shift in [24, 16, 8, 0] as [UInt32] { append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
}
