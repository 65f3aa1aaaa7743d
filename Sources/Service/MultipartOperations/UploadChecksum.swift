internal import Engine
internal import S3API
internal import S3Service
internal import XLMeta

/// The checksum an upload was begun with.
struct UploadChecksum: Sendable, Hashable {
    let algorithm: ChecksumAlgorithm
    let kind: ChecksumAlgorithm.Kind

    /// Reads x-amz-checksum-algorithm and x-amz-checksum-type; `nil` without an algorithm.
    init?(parsing request: S3Request) throws(S3Error) {
        let kindText = request.header(S3Header.checksumType)
        guard let name = request.header(S3Header.checksumAlgorithm), !name.isEmpty else {
            guard kindText == nil else {
                throw S3Error(
                    .invalidRequest,
                    "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header."
                )
            }
            return nil
        }
        guard let algorithm = ChecksumAlgorithm(name: name) else {
            throw .unsupportedChecksumAlgorithm
        }
        self.algorithm = algorithm
        guard let kindText else {
            kind = algorithm.defaultKind
            return
        }
        guard let kind = ChecksumAlgorithm.Kind(rawValue: kindText.uppercased()), algorithm.supports(kind)
        else {
            throw S3Error(
                .invalidRequest,
                "The \(kindText.uppercased()) checksum type cannot be used with the \(algorithm.rawValue.lowercased()) checksum algorithm."
            )
        }
        self.kind = kind
    }

    /// As the pending upload has it.
    init?(_ upload: Upload) {
        func value(_ name: String) -> String? {
            upload.metadata.first { $0.name.lowercased() == name }?.value
        }
        guard let name = value(UserMetadataKey.multipartChecksum),
            let algorithm = ChecksumAlgorithm(name: name)
        else {
            return nil
        }
        self.algorithm = algorithm
        let kind = value(UserMetadataKey.multipartChecksumType).flatMap {
            ChecksumAlgorithm.Kind(rawValue: $0)
        }
        self.kind = kind ?? algorithm.defaultKind
    }

    /// For the pending upload's metadata; removed at completion.
    var metadata: [(name: String, value: String)] {
        [
            (UserMetadataKey.multipartChecksum, algorithm.rawValue),
            (UserMetadataKey.multipartChecksumType, kind.rawValue),
        ]
    }

    static func isOfUpload(_ name: String) -> Bool {
        let name = name.lowercased()
        return name == UserMetadataKey.multipartChecksum || name == UserMetadataKey.multipartChecksumType
    }

    /// What a part may declare.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/invalidRequest`` for another algorithm than the upload's.
    func check(_ declared: ChecksumAlgorithm?) throws(S3Error) {
        guard let declared, declared != algorithm else { return }
        throw S3Error(
            .invalidRequest,
            "Checksum Type mismatch occurred, expected checksum Type: \(algorithm.rawValue.lowercased()), actual checksum Type: \(declared.rawValue.lowercased())"
        )
    }
}
