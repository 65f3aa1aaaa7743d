package import Base
import MessagePack

/// A version that says the object was deleted.
package struct XLDeleteMarker: Sendable, Hashable {
    /// Zero is the null version.
    package var versionID: UUID
    package var modificationTime: Timestamp
    /// `nil` is left out of the record; servers normally write an empty map.
    package var internalMetadata: MetadataMap?

    package init(
        versionID: UUID,
        modificationTime: Timestamp,
        internalMetadata: MetadataMap? = MetadataMap()
    ) {
        self.versionID = versionID
        self.modificationTime = modificationTime
        self.internalMetadata = internalMetadata
    }

    /// The header that goes in front of this version's body.
    package var header: XLVersionHeader {
        var unsigned = self
        unsigned.internalMetadata = nil
        var writer = MessagePackWriter()
        unsigned.write(to: &writer)
        let isFreeVersion = internalMetadata?[InternalMetadataKey.freeVersion] != nil
        return XLVersionHeader(
            versionID: versionID,
            modificationTime: modificationTime,
            signature: Signature.deleteMarker(body: writer.bytes, internalMetadata: internalMetadata),
            kind: .deleteMarker,
            flags: isFreeVersion ? .freeVersion : [],
            parityShardCount: 0,
            dataShardCount: 0
        )
    }

    /// Reads the record of a `DelObj` key. Unknown keys are passed over.
    init(from reader: inout MessagePackReader) throws(XLMetaError) {
        var id: ArraySlice<UInt8> = []
        var time: Int64 = 0
        var metadata: MetadataMap?
        do {
            for _ in 0..<(try reader.readMap()) {
                switch try reader.readString() {
                case "ID": id = try reader.readBinary()
                case "MTime": time = try reader.readInt64()
                case "MetaSys": metadata = try MetadataMap(from: &reader)
                default: try reader.skip()
                }
            }
        } catch { throw .malformed(error) }
        guard let versionID = UUID(bytes: id) else { throw .invalidField("ID") }
        self.init(
            versionID: versionID,
            modificationTime: Timestamp(nanoseconds: time),
            internalMetadata: metadata
        )
    }

    func write(to writer: inout MessagePackWriter) {
        writer.writeMap(count: internalMetadata == nil ? 2 : 3)
        writer.write("ID")
        writer.write(binary: versionID.bytes)
        writer.write("MTime")
        writer.write(signed: modificationTime.nanoseconds)
        guard let internalMetadata else { return }
        writer.write("MetaSys")
        internalMetadata.write(to: &writer, as: .binary)
    }
}
