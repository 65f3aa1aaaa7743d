import Base

/// One checksum a client asked for, as the internal key ``InternalMetadataKey/checksum`` stores it.
///
///     uvarint  type flags
///     n        checksum, n by the algorithm
///     uvarint  part count, only if multipart
///     count×n  the parts' checksums, only if they are included
///
/// The value of the key is a sequence of these.
package struct StoredChecksum: Sendable, Hashable {
    package enum Algorithm: UInt64, Sendable, Hashable, CaseIterable {
        case sha256 = 2
        case sha1 = 4
        case crc32 = 8
        case crc32c = 16
        case crc64nvme = 256

        /// Bytes of a checksum.
        package var size: Int {
            switch self {
            case .sha256: 32
            case .sha1: 20
            case .crc32, .crc32c: 4
            case .crc64nvme: 8
            }
        }
    }

    package var algorithm: Algorithm
    package var value: [UInt8]
    /// The checksum covers the object's bytes, not its parts' checksums. CRC-64/NVME always does, said
    /// or not.
    package var isFullObject: Bool
    /// 0 for an object that was not uploaded in parts.
    package var partCount: Int
    /// Empty, or `partCount` of them.
    package var partValues: [[UInt8]]
    /// The checksum came in a trailer; it means nothing afterwards, but is kept.
    package var isTrailing: Bool

    package init(
        _ algorithm: Algorithm,
        value: [UInt8],
        isFullObject: Bool = false,
        partCount: Int = 0,
        partValues: [[UInt8]] = [],
        isTrailing: Bool = false
    ) {
        precondition(value.count == algorithm.size)
        precondition(partValues.isEmpty || partValues.count == partCount)
        precondition(partValues.allSatisfy { $0.count == algorithm.size })
        self.algorithm = algorithm
        self.value = value
        self.isFullObject = isFullObject
        self.partCount = partCount
        self.partValues = partValues
        self.isTrailing = isTrailing
    }

    private enum Flag {
        static let trailing: UInt64 = 1
        static let invalid: UInt64 = 32
        static let multipart: UInt64 = 64
        static let includesParts: UInt64 = 128
        static let fullObject: UInt64 = 512
        static let algorithms: UInt64 = 2 | 4 | 8 | 16 | 256
        static let known: UInt64 = algorithms | trailing | multipart | includesParts | fullObject
    }

    /// Reads the sequence. The value of an encrypted object is to be decrypted first.
    package static func decode(_ bytes: [UInt8]) throws(XLMetaError) -> [StoredChecksum] {
        var rest = bytes[...]
        var checksums: [StoredChecksum] = []
        while !rest.isEmpty { checksums.append(try StoredChecksum(from: &rest)) }
        return checksums
    }

    private init(from rest: inout ArraySlice<UInt8>) throws(XLMetaError) {
        let flags = try Self.readVarint(from: &rest)
        guard flags & Flag.invalid == 0, flags & ~Flag.known == 0,
            let algorithm = Algorithm(rawValue: flags & Flag.algorithms)
        else { throw .invalidField(InternalMetadataKey.checksum) }
        self.algorithm = algorithm
        isTrailing = flags & Flag.trailing != 0
        isFullObject = flags & Flag.fullObject != 0
        value = try Self.take(algorithm.size, from: &rest)
        partCount = 0
        partValues = []
        guard flags & Flag.multipart != 0 else { return }
        let count = try Self.readVarint(from: &rest)
        guard count > 0, count <= 100_000 else { throw .invalidField(InternalMetadataKey.checksum) }
        partCount = Int(count)
        guard flags & Flag.includesParts != 0 else { return }
        guard partCount * algorithm.size <= rest.count else {
            throw .invalidField(InternalMetadataKey.checksum)
        }
        for _ in 0..<partCount { partValues.append(try Self.take(algorithm.size, from: &rest)) }
    }

    package static func encode(_ checksums: [StoredChecksum]) -> [UInt8] {
        var bytes: [UInt8] = []
        for checksum in checksums { checksum.write(to: &bytes) }
        return bytes
    }

    private func write(to bytes: inout [UInt8]) {
        var flags = algorithm.rawValue
        if isTrailing { flags |= Flag.trailing }
        if isFullObject { flags |= Flag.fullObject }
        if partCount > 0 { flags |= Flag.multipart }
        if !partValues.isEmpty { flags |= Flag.includesParts }
        Self.writeVarint(flags, to: &bytes)
        bytes += value
        guard partCount > 0 else { return }
        Self.writeVarint(UInt64(partCount), to: &bytes)
        for value in partValues { bytes += value }
    }

    private static func take(_ count: Int, from rest: inout ArraySlice<UInt8>) throws(XLMetaError) -> [UInt8]
    {
        guard count <= rest.count else { throw .invalidField(InternalMetadataKey.checksum) }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// Seven bits a byte, least significant first, the top bit on all but the last.
    private static func readVarint(from rest: inout ArraySlice<UInt8>) throws(XLMetaError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 63, by: 7) {
            guard let byte = rest.popFirst() else { break }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw .invalidField(InternalMetadataKey.checksum)
    }

    private static func writeVarint(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

extension StoredChecksum {
    /// What a client gets to see: Base64, with `-<parts>` when it covers the parts' checksums.
    package var clientForm: String {
        let text = Base64.standard.encode(value)
        let isComposite = partCount > 0 && !isFullObject && algorithm != .crc64nvme
        return isComposite ? "\(text)-\(partCount)" : text
    }
}
