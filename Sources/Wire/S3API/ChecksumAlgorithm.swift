/// The checksums S3 clients may ask for.
package enum ChecksumAlgorithm: String, Sendable, CaseIterable {
    // As in x-amz-checksum-algorithm and in documents.
    case crc32 = "CRC32"
    case crc32c = "CRC32C"
    case crc64nvme = "CRC64NVME"
    case sha1 = "SHA1"
    case sha256 = "SHA256"

    /// What a multipart object's checksum is made of.
    package enum Kind: String, Sendable, CaseIterable {
        /// Over the parts' checksums, with `-` and their number behind it.
        case composite = "COMPOSITE"
        /// Over the object's bytes.
        case fullObject = "FULL_OBJECT"
    }

    /// `name` in any case, as SDKs differ.
    package init?(name: String) { self.init(rawValue: name.uppercased()) }

    /// Reads the header that carries a value, as in `x-amz-checksum-crc32c`; in any case.
    package init?(headerName: String) {
        let name = headerName.lowercased()
        guard let algorithm = Self.allCases.first(where: { $0.headerName == name }) else { return nil }
        self = algorithm
    }

    /// In lower case, also as a trailing field.
    package var headerName: String { "x-amz-checksum-\(rawValue.lowercased())" }
    /// In documents, as in `ChecksumCRC32C`.
    package var elementName: String { "Checksum\(rawValue)" }

    /// Bytes in a value.
    package var size: Int {
        switch self {
        case .crc32, .crc32c: 4
        case .crc64nvme: 8
        case .sha1: 20
        case .sha256: 32
        }
    }

    /// Characters of a value in base64.
    package var textSize: Int { (size + 2) / 3 * 4 }

    /// What a multipart upload may ask for.
    package func supports(_ kind: Kind) -> Bool {
        switch self {
        case .crc32, .crc32c: true
        case .crc64nvme: kind == .fullObject
        case .sha1, .sha256: kind == .composite
        }
    }

    /// What a multipart upload gets that does not say.
    package var defaultKind: Kind { self == .crc64nvme ? .fullObject : .composite }
}
