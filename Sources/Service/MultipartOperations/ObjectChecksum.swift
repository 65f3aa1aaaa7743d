internal import Base
internal import Checksums
internal import S3API
internal import S3Service
internal import XLMeta

/// The checksum of an object from those of its parts, in order.
///
///     composite     H(part 1 ‖ part 2 ‖ …)-N
///     full object   combined from the parts' own, as if the bytes had gone by in one piece
func objectChecksum(
    _ upload: UploadChecksum,
    parts: [(checksum: Checksum, size: Int64)]
) -> StoredChecksum {
    let values = parts.map(\.checksum.bytes)
    let value =
        switch upload.kind {
        case .composite: RunningChecksum.of(values.flatMap { $0 }, upload.algorithm).bytes
        case .fullObject: combined(parts, upload.algorithm)
        }
    return StoredChecksum(
        upload.algorithm.stored,
        value: value,
        isFullObject: upload.kind == .fullObject,
        partCount: parts.count,
        partValues: values
    )
}

private func combined(_ parts: [(checksum: Checksum, size: Int64)], _ algorithm: ChecksumAlgorithm) -> [UInt8]
{
    switch algorithm {
    case .crc32:
        let value = parts.reduce(UInt32(0)) { sum, part in
            CRC32.combine(sum, UInt32(bigEndian: part.checksum.bytes), secondSize: part.size)
        }
        return value.bigEndianBytes
    case .crc32c:
        let value = parts.reduce(UInt32(0)) { sum, part in
            CRC32C.combine(sum, UInt32(bigEndian: part.checksum.bytes), secondSize: part.size)
        }
        return value.bigEndianBytes
    case .crc64nvme:
        let value = parts.reduce(UInt64(0)) { sum, part in
            CRC64NVME.combine(sum, UInt64(bigEndian: part.checksum.bytes), secondSize: part.size)
        }
        return value.bigEndianBytes
    case .sha1, .sha256:
        preconditionFailure("\(algorithm) has no checksum of a whole object from those of parts")
    }
}

extension FixedWidthInteger {
    fileprivate init(bigEndian bytes: [UInt8]) { self = bytes.reduce(0) { $0 << 8 | Self($1) } }

    fileprivate var bigEndianBytes: [UInt8] {
        stride(from: Self.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> $0) }
    }
}
