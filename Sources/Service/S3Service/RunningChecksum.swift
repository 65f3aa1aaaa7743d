internal import Checksums
internal import Cryptography
package import S3API

/// One checksum over bytes as they go by. For one task at a time.
package final class RunningChecksum {
    package let algorithm: ChecksumAlgorithm
    private var crc32 = CRC32()
    private var crc32c = CRC32C()
    private var crc64nvme = CRC64NVME()
    private var sha1: SHA1?
    private var sha256: SHA256?

    package init(_ algorithm: ChecksumAlgorithm) {
        self.algorithm = algorithm
        switch algorithm {
        case .sha1: sha1 = SHA1()
        case .sha256: sha256 = SHA256()
        case .crc32, .crc32c, .crc64nvme: break
        }
    }

    package func update(_ bytes: UnsafeRawBufferPointer) {
        switch algorithm {
        case .crc32: crc32.update(bytes)
        case .crc32c: crc32c.update(bytes)
        case .crc64nvme: crc64nvme.update(bytes)
        case .sha1: sha1?.update(bytes)
        case .sha256: sha256?.update(bytes)
        }
    }

    /// Over all bytes so far. To be called once.
    package func finish() -> Checksum {
        let bytes =
            switch algorithm {
            case .crc32: crc32.bytes
            case .crc32c: crc32c.bytes
            case .crc64nvme: crc64nvme.bytes
            case .sha1: sha1?.finalize() ?? []
            case .sha256: sha256?.finalize() ?? []
            }
        return Checksum(algorithm, bytes: bytes)
    }

    package static func of(_ bytes: [UInt8], _ algorithm: ChecksumAlgorithm) -> Checksum {
        let checksum = RunningChecksum(algorithm)
        bytes.withUnsafeBytes { checksum.update($0) }
        return checksum.finish()
    }
}
