package import Base
import MessagePack

/// The content of a bucket's `.metadata.bin` object: its settings, each with the time of its change.
///
///     0  2  format 1 (u16, little-endian)
///     2  2  version 1
///     4     map of 25 keys, then those this program does not know
///
/// An empty setting is an unset one. Unknown keys, such as RustFS adds, are kept and written back.
package struct BucketMetadata: Sendable, Equatable {
    /// The settings, in the order of their keys in the file.
    package enum Setting: String, Sendable, Hashable, CaseIterable {
        case policy = "PolicyConfigJSON"
        case notification = "NotificationConfigXML"
        case lifecycle = "LifecycleConfigXML"
        case objectLock = "ObjectLockConfigXML"
        case versioning = "VersioningConfigXML"
        case encryption = "EncryptionConfigXML"
        case tagging = "TaggingConfigXML"
        case quota = "QuotaConfigJSON"
        case replication = "ReplicationConfigXML"
        case bucketTargets = "BucketTargetsConfigJSON"
        case bucketTargetsEncryption = "BucketTargetsConfigMetaJSON"

        /// The key of the time of its last change.
        var timeKey: String {
            switch self {
            case .policy: "PolicyConfigUpdatedAt"
            case .notification: "NotificationConfigUpdatedAt"
            case .lifecycle: "LifecycleConfigUpdatedAt"
            case .objectLock: "ObjectLockConfigUpdatedAt"
            case .versioning: "VersioningConfigUpdatedAt"
            case .encryption: "EncryptionConfigUpdatedAt"
            case .tagging: "TaggingConfigUpdatedAt"
            case .quota: "QuotaConfigUpdatedAt"
            case .replication: "ReplicationConfigUpdatedAt"
            case .bucketTargets: "BucketTargetsConfigUpdatedAt"
            case .bucketTargetsEncryption: "BucketTargetsConfigMetaUpdatedAt"
            }
        }

        /// The times have an order of their own.
        static let timeOrder: [Setting] = [
            .policy, .objectLock, .encryption, .tagging, .quota, .replication, .versioning, .lifecycle,
            .notification, .bucketTargets, .bucketTargetsEncryption,
        ]

        /// Early RustFS spelled the endings `Json` and `Xml`.
        init?(anySpelling key: String) {
            guard let setting = Self.allCases.first(where: { $0.rawValue.isEqualIgnoringCase(to: key) })
            else {
                return nil
            }
            self = setting
        }
    }

    package var name: String
    /// `nil` is Go's zero time: the bucket's settings are then still in loose files.
    package var created: Timestamp?
    /// Of releases that had no object lock setting; kept as it is.
    package var isLockEnabled = false
    private var values: [Setting: [UInt8]] = [:]
    private var changeTimes: [Setting: Timestamp] = [:]
    private var unknownFields: [UnknownField] = []

    private struct UnknownField: Sendable, Equatable {
        let key: String
        let encodedValue: [UInt8]
    }

    package init(name: String, created: Timestamp) {
        self.name = name
        self.created = created
    }

    /// The bytes of a setting; `nil` when it is not set.
    package subscript(setting: Setting) -> [UInt8]? { values[setting] }

    /// When a setting was last changed: the bucket's creation when it never was.
    package func changed(_ setting: Setting) -> Timestamp? { changeTimes[setting] ?? created }

    /// `nil`, or nothing, unsets it.
    package mutating func set(_ setting: Setting, to value: [UInt8]?, at time: Timestamp) {
        values[setting] = value?.isEmpty == true ? nil : value
        changeTimes[setting] = time
    }
}

extension BucketMetadata {
    private static let format: [UInt8] = [1, 0, 1, 0]

    /// - Throws: ``XLMetaError``; ``XLMetaError/unsupportedMetaVersion(_:)`` for a newer format.
    package init(decoding bytes: [UInt8]) throws(XLMetaError) {
        guard bytes.count > 4 else { throw .truncated(size: bytes.count) }
        guard Array(bytes[..<4]) == Self.format else {
            throw .unsupportedMetaVersion(bytes[..<4].reversed().reduce(0) { $0 << 8 | UInt64($1) })
        }
        name = ""
        var reader = MessagePackReader(bytes[4...])
        do {
            for _ in 0..<(try reader.readMap()) { try readField(from: &reader) }
            try reader.expectEnd()
        } catch { throw .malformed(error) }
    }

    private mutating func readField(from reader: inout MessagePackReader) throws(MessagePackError) {
        let key = try reader.readString()
        switch key {
        case "Name": name = try reader.readString()
        case "Created": created = try reader.readTimeOfAnyForm()
        case "LockEnabled": isLockEnabled = try reader.readBoolean()
        default:
            if let setting = Setting(anySpelling: key) {
                let value = try reader.readBytesOfAnyForm()
                values[setting] = value.isEmpty ? nil : value
            } else if let setting = Setting.allCases.first(where: { $0.timeKey == key }) {
                changeTimes[setting] = try reader.readTimeOfAnyForm()
            } else {
                unknownFields.append(UnknownField(key: key, encodedValue: Array(try reader.readEncoded())))
            }
        }
    }

    package func encoded() -> [UInt8] {
        var writer = MessagePackWriter(appendingTo: Self.format)
        writer.writeMap(count: 25 + unknownFields.count)
        writer.write("Name")
        writer.write(name)
        writer.write("Created")
        writer.write(time: created)
        writer.write("LockEnabled")
        writer.write(isLockEnabled)
        for setting in Setting.allCases {
            writer.write(setting.rawValue)
            writer.write(binary: values[setting] ?? [])
        }
        for setting in Setting.timeOrder {
            writer.write(setting.timeKey)
            writer.write(time: changeTimes[setting])
        }
        for field in unknownFields {
            writer.write(field.key)
            writer.write(encoded: field.encodedValue)
        }
        return writer.bytes
    }
}

extension MessagePackReader {
    /// A blob, nil, or early RustFS's array of numbers.
    fileprivate mutating func readBytesOfAnyForm() throws(MessagePackError) -> [UInt8] {
        if try readNull() { return [] }
        guard try nextKind() == .array else { return Array(try readBinary()) }
        var bytes: [UInt8] = []
        for _ in 0..<(try readArray()) {
            let start = offset
            guard let byte = UInt8(exactly: try readUInt64()) else { throw .integerOutOfRange(offset: start) }
            bytes.append(byte)
        }
        return bytes
    }

    /// A time extension, or early RustFS's `[year, day of year, h, m, s, ns, offset h, m, s]`.
    fileprivate mutating func readTimeOfAnyForm() throws(MessagePackError) -> Timestamp? {
        guard try nextKind() == .array else { return try readTime() }
        let start = offset
        guard try readArray() == 9 else { throw .invalidTimestamp(offset: start) }
        var fields: [Int64] = []
        for _ in 0..<9 { fields.append(try readInt64()) }
        let ranges: [ClosedRange<Int64>] = [
            0...9999, 1...366, 0...23, 0...59, 0...60, 0...999_999_999, -25...25, -59...59, -59...59,
        ]
        guard zip(fields, ranges).allSatisfy({ $1.contains($0) }),
            let newYear = CalendarDate(year: Int(fields[0]), month: 1, day: 1).secondsSinceEpoch
        else { throw .invalidTimestamp(offset: start) }
        let time = fields[2] * 3600 + fields[3] * 60 + fields[4]
        let zone = fields[6] * 3600 + fields[7] * 60 + fields[8]
        let seconds = newYear + (fields[1] - 1) * 86_400 + time - zone
        // Year 1 is how an unset time is written.
        if fields[0] <= 1 { return nil }
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = product.addingReportingOverflow(fields[5])
        guard !overflow, !carry else { throw .invalidTimestamp(offset: start) }
        return Timestamp(nanoseconds: sum)
    }
}
