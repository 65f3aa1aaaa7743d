package import Base
import MessagePack

/// The settings of a bucket that `.metadata.bin` has no field for: the content of an object beside it.
///
///     0  2  format 1 (u16, little-endian)
///     2  2  version 1
///     4     map: "Created" time, "Settings" map of name to [value, time of its change]
///
/// It belongs to the bucket that was created at that very time: one that another server has removed and made again
/// starts without. Settings this program does not know are kept and written back.
package struct BucketSupplement: Sendable, Equatable {
    package enum Setting: String, Sendable, Hashable, CaseIterable {
        case accelerate, acl, analytics, cors, intelligentTiering, inventory, logging, metrics
        /// The canonical id of the account that the bucket belongs to; the server's own without one.
        case owner
        case ownershipControls, publicAccessBlock, requestPayment, website
    }

    package let created: Timestamp
    private var values: [String: (bytes: [UInt8], changed: Timestamp)] = [:]

    package init(created: Timestamp) { self.created = created }

    package var isEmpty: Bool { values.isEmpty }

    /// The bytes of a setting; `nil` when it is not set.
    package subscript(setting: Setting) -> [UInt8]? { values[setting.rawValue]?.bytes }

    package func changed(_ setting: Setting) -> Timestamp? { values[setting.rawValue]?.changed }

    /// `nil`, or nothing, unsets it.
    package mutating func set(_ setting: Setting, to value: [UInt8]?, at time: Timestamp) {
        values[setting.rawValue] = value.flatMap { $0.isEmpty ? nil : ($0, time) }
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.created == right.created && left.values.count == right.values.count
            && left.values.allSatisfy { name, value in
                right.values[name].map { $0.bytes == value.bytes && $0.changed == value.changed } ?? false
            }
    }
}

extension BucketSupplement {
    private static let format: [UInt8] = [1, 0, 1, 0]

    /// - Throws: ``XLMetaError``; ``XLMetaError/unsupportedMetaVersion(_:)`` for a newer format.
    package init(decoding bytes: [UInt8]) throws(XLMetaError) {
        guard bytes.count > 4 else { throw .truncated(size: bytes.count) }
        guard Array(bytes[..<4]) == Self.format else {
            throw .unsupportedMetaVersion(bytes[..<4].reversed().reduce(0) { $0 << 8 | UInt64($1) })
        }
        var reader = MessagePackReader(bytes[4...])
        var created: Timestamp?
        var values: [String: (bytes: [UInt8], changed: Timestamp)] = [:]
        do {
            for _ in 0..<(try reader.readMap()) {
                switch try reader.readString() {
                case "Created": created = try reader.readTime()
                case "Settings":
                    for _ in 0..<(try reader.readMap()) {
                        let name = try reader.readString()
                        let value = try Self.value(from: &reader)
                        values[name] = value.bytes.isEmpty ? nil : value
                    }
                default: try reader.skip()
                }
            }
            try reader.expectEnd()
        } catch { throw .malformed(error) }
        guard let created else { throw .invalidField("Created") }
        self.init(created: created)
        self.values = values
    }

    private static func value(
        from reader: inout MessagePackReader
    ) throws(MessagePackError) -> (bytes: [UInt8], changed: Timestamp) {
        let start = reader.offset
        guard try reader.readArray() == 2 else { throw .integerOutOfRange(offset: start) }
        let bytes = Array(try reader.readBinary())
        guard let changed = try reader.readTime() else { throw .invalidTimestamp(offset: start) }
        return (bytes, changed)
    }

    package func encoded() -> [UInt8] {
        var writer = MessagePackWriter(appendingTo: Self.format)
        writer.writeMap(count: 2)
        writer.write("Created")
        writer.write(time: created)
        writer.write("Settings")
        writer.writeMap(count: values.count)
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            writer.write(name)
            writer.writeArray(count: 2)
            writer.write(binary: value.bytes)
            writer.write(time: value.changed)
        }
        return writer.bytes
    }
}
