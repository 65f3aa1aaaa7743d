package import Engine
package import S3API
package import XLMeta

extension ChecksumAlgorithm {
    package init(_ algorithm: StoredChecksum.Algorithm) {
        self =
            switch algorithm {
            case .crc32: .crc32
            case .crc32c: .crc32c
            case .crc64nvme: .crc64nvme
            case .sha1: .sha1
            case .sha256: .sha256
            }
    }

    package var stored: StoredChecksum.Algorithm {
        switch self {
        case .crc32: .crc32
        case .crc32c: .crc32c
        case .crc64nvme: .crc64nvme
        case .sha1: .sha1
        case .sha256: .sha256
        }
    }
}

extension StoredChecksum {
    /// Of an object that came in one piece.
    package init(_ checksum: Checksum) {
        self.init(checksum.algorithm.stored, value: checksum.bytes)
    }

    /// As the format wants it in `MetaSys`.
    package var metadata: (name: String, value: [UInt8]) {
        (InternalMetadataKey.checksum, StoredChecksum.encode([self]))
    }

    /// As clients see it.
    package var checksum: Checksum {
        Checksum(ChecksumAlgorithm(algorithm), bytes: value, partCount: kind == .composite ? partCount : nil)
    }

    package var kind: ChecksumAlgorithm.Kind {
        partCount > 0 && !isFullObject && algorithm != .crc64nvme ? .composite : .fullObject
    }
}

extension ObjectVersion {
    /// What was stored with the object; empty where nothing was, or where it is encrypted with the object.
    package var checksums: [StoredChecksum] {
        guard let bytes = internalMetadata(InternalMetadataKey.checksum) else { return [] }
        // A value that cannot be read says nothing about the object's bytes, which have checks of their own.
        return (try? StoredChecksum.decode(bytes)) ?? []
    }
}

/// The headers that tell a client a whole object's checksum.
package func checksumHeaders(_ checksums: [StoredChecksum]) -> [(name: String, value: String)] {
    guard let kind = checksums.first?.kind else { return [] }
    return checksums.map { ($0.checksum.algorithm.headerName, $0.checksum.text) }
        + [(S3Header.checksumType, kind.rawValue)]
}

extension S3Error {
    /// Of an algorithm that x-amz-checksum-algorithm names.
    package static var unsupportedChecksumAlgorithm: S3Error {
        let names = ChecksumAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
        return S3Error(
            .invalidRequest,
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [\(names)]"
        )
    }
}
