package import Base
import MessagePack

/// The small record in front of every version's body: all that ordering and agreement between drives
/// need, without decoding the body.
///
///     array(7)  bin16 version id | int modification time | bin4 signature | uint type
///               | uint flags | uint parity shards | uint data shards
///
/// Header version 2 lacks the last two fields, version 1 the signature too.
package struct XLVersionHeader: Sendable, Hashable {
    package struct Flags: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A hidden marker that frees a transitioned object.
        package static let freeVersion = Flags(rawValue: 1)
        /// The data, unless inline, is in a directory of this drive.
        package static let usesDataDirectory = Flags(rawValue: 2)
        package static let inlineData = Flags(rawValue: 4)
    }

    /// Zero is the null version.
    package var versionID: UUID
    package var modificationTime: Timestamp
    /// The four bytes on disk, the first one most significant.
    package var signature: UInt32
    package var kind: XLVersionKind
    package var flags: Flags
    /// 0 with ``dataShardCount`` 0 means not known or no object.
    package var parityShardCount: UInt8
    package var dataShardCount: UInt8

    package var isFreeVersion: Bool { flags.contains(.freeVersion) }

    /// Whether this entry comes before `other` in a file: newest first, and one order for all ties.
    package func isSorted(before other: Self) -> Bool {
        if modificationTime != other.modificationTime { return modificationTime > other.modificationTime }
        if kind != other.kind { return kind.rawValue < other.kind.rawValue }
        if signature != other.signature { return signature > other.signature }
        if versionID != other.versionID {
            return (versionID.high, versionID.low) > (other.versionID.high, other.versionID.low)
        }
        return flags.rawValue > other.flags.rawValue
    }

    /// Whether two drives mean the same version, although a metadata update may have missed one of
    /// them: same id, type and erasure geometry, and for the null version the same time.
    package func describesSameVersion(as other: Self) -> Bool {
        versionID == other.versionID && kind == other.kind && hasSameGeometry(as: other)
            && (versionID != .zero || modificationTime == other.modificationTime)
    }

    private func hasSameGeometry(as other: Self) -> Bool {
        let isUnknown = dataShardCount == 0 && parityShardCount == 0
        let isOtherUnknown = other.dataShardCount == 0 && other.parityShardCount == 0
        return isUnknown || isOtherUnknown
            || dataShardCount == other.dataShardCount && parityShardCount == other.parityShardCount
    }
}

extension XLVersionHeader {
    static let formatVersion: UInt64 = 3

    /// `formatVersion` is the header version the file declares, 1...3.
    init(decoding bytes: ArraySlice<UInt8>, formatVersion: UInt64) throws(XLMetaError) {
        let fields: Fields
        do { fields = try Fields(decoding: bytes, formatVersion: formatVersion) } catch {
            throw .malformed(error)
        }
        guard let versionID = UUID(bytes: fields.versionID) else { throw .invalidField("VersionID") }
        guard fields.signature.count == 4 else { throw .invalidField("Signature") }
        guard let number = UInt8(exactly: fields.kind), let kind = XLVersionKind(rawValue: number) else {
            throw .unknownVersionType(fields.kind)
        }
        guard let flags = UInt8(exactly: fields.flags) else { throw .invalidField("Flags") }
        guard let parity = UInt8(exactly: fields.parity), let data = UInt8(exactly: fields.data) else {
            throw .invalidField("EcM")
        }
        self.init(
            versionID: versionID,
            modificationTime: Timestamp(nanoseconds: fields.modificationTime),
            signature: fields.signature.reduce(0) { $0 << 8 | UInt32($1) },
            kind: kind,
            flags: Flags(rawValue: flags),
            parityShardCount: parity,
            dataShardCount: data
        )
    }

    func encoded() -> [UInt8] {
        var writer = MessagePackWriter(reservingCapacity: 48)
        writer.writeArray(count: 7)
        writer.write(binary: versionID.bytes)
        writer.write(signed: modificationTime.nanoseconds)
        writer.write(binary: (0..<4).map { UInt8(truncatingIfNeeded: signature >> (24 - 8 * $0)) })
        writer.write(unsigned: UInt64(kind.rawValue))
        writer.write(unsigned: UInt64(flags.rawValue))
        writer.write(unsigned: UInt64(parityShardCount))
        writer.write(unsigned: UInt64(dataShardCount))
        return writer.bytes
    }
}

/// The header's fields before their values are judged.
private struct Fields {
    var versionID: ArraySlice<UInt8>
    var modificationTime: Int64
    var signature: ArraySlice<UInt8> = [0, 0, 0, 0]
    var kind: UInt64
    var flags: UInt64
    var parity: UInt64 = 0
    var data: UInt64 = 0

    init(decoding bytes: ArraySlice<UInt8>, formatVersion: UInt64) throws(MessagePackError) {
        var reader = MessagePackReader(bytes)
        let fieldCount = try reader.readArray()
        let fieldCountExpected = formatVersion >= 3 ? 7 : formatVersion == 2 ? 5 : 4
        guard fieldCount == fieldCountExpected else {
            throw .unexpectedType(found: bytes.first ?? 0, offset: 0)
        }
        versionID = try reader.readBinary()
        modificationTime = try reader.readInt64()
        if formatVersion >= 2 { signature = try reader.readBinary() }
        kind = try reader.readUInt64()
        flags = try reader.readUInt64()
        if formatVersion >= 3 {
            parity = try reader.readUInt64()
            data = try reader.readUInt64()
        }
        try reader.expectEnd()
    }
}
