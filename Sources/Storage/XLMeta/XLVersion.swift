package import Base
import MessagePack

/// One version of an object, decoded.
///
///     map  "Type": 1, 2 or 3 | "V2Obj", "DelObj" or "V1Obj": record | "v": uint, when written
package enum XLVersion: Sendable, Hashable {
    case object(XLObject)
    case deleteMarker(XLDeleteMarker)
    case legacy(XLLegacyObject)

    /// What Martlet writes as `v`, the time of the writing release: that of the last release whose
    /// bytes these are. Readers mend objects of releases that wrote damaged seek indices by it.
    static let writerReleaseSeconds: UInt64 = 1_753_286_042

    package var versionID: UUID {
        switch self {
        case .object(let object): object.versionID
        case .deleteMarker(let marker): marker.versionID
        case .legacy: .zero
        }
    }

    package var modificationTime: Timestamp {
        switch self {
        case .object(let object): object.modificationTime
        case .deleteMarker(let marker): marker.modificationTime
        case .legacy(let object): object.modificationTime
        }
    }

    /// - Throws: ``XLMetaError/rustfsLegacyBody`` for the array form of early RustFS releases, which
    ///   holds another erasure code.
    package init(decoding body: ArraySlice<UInt8>) throws(XLMetaError) {
        self = try Self.decode(body).version
    }

    /// `release` is the body's `v`, 0 when it has none.
    static func decode(_ body: ArraySlice<UInt8>) throws(XLMetaError) -> (version: XLVersion, release: UInt64)
    {
        var reader = MessagePackReader(body)
        var type: UInt64 = 0
        var release: UInt64 = 0
        var version: XLVersion?
        do {
            if try reader.nextKind() == .array { throw XLMetaError.rustfsLegacyBody }
            for _ in 0..<(try reader.readMap()) {
                switch try reader.readString() {
                case "Type": type = try reader.readUInt64()
                case "V2Obj": version = .object(try XLObject(from: &reader))
                case "DelObj": version = .deleteMarker(try XLDeleteMarker(from: &reader))
                case "V1Obj": version = .legacy(try XLLegacyObject(from: &reader))
                case "v": release = try reader.readUInt64()
                default: try reader.skip()
                }
            }
            try reader.expectEnd()
        } catch let error as MessagePackError {
            throw .malformed(error)
        } catch let error as XLMetaError {
            throw error
        } catch { preconditionFailure("an error of neither kind: \(error)") }
        guard let number = UInt8(exactly: type), let kind = XLVersionKind(rawValue: number) else {
            throw .unknownVersionType(type)
        }
        guard let version, version.kind == kind else { throw .invalidField("Type") }
        return (version, release)
    }

    package var kind: XLVersionKind {
        switch self {
        case .object: .object
        case .deleteMarker: .deleteMarker
        case .legacy: .legacy
        }
    }

    /// The header that goes in front of the body. That of a legacy object has no signature: it is the
    /// same on no two drives' records, and nothing but a tie is decided by it.
    package var header: XLVersionHeader {
        switch self {
        case .object(let object): object.header
        case .deleteMarker(let marker): marker.header
        case .legacy(let object):
            XLVersionHeader(
                versionID: .zero,
                modificationTime: object.modificationTime,
                signature: 0,
                kind: .legacy,
                flags: .usesDataDirectory,
                parityShardCount: 0,
                dataShardCount: 0
            )
        }
    }

    /// The body; `nil` for a legacy object, which exists only as the bytes it was read from.
    package func encodedBody() -> [UInt8]? { encodedBody(release: Self.writerReleaseSeconds) }

    /// `release` 0 leaves the key out, as early releases did.
    func encodedBody(release: UInt64) -> [UInt8]? {
        var writer = MessagePackWriter(reservingCapacity: 512)
        writer.writeMap(count: release == 0 ? 2 : 3)
        writer.write("Type")
        writer.write(unsigned: UInt64(kind.rawValue))
        switch self {
        case .object(let object):
            writer.write("V2Obj")
            object.write(to: &writer)
        case .deleteMarker(let marker):
            writer.write("DelObj")
            marker.write(to: &writer)
        case .legacy: return nil
        }
        if release > 0 {
            writer.write("v")
            writer.write(unsigned: release)
        }
        return writer.bytes
    }
}
