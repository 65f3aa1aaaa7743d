internal import Engine
internal import S3API
internal import S3Service
internal import XLMeta

extension ListedUpload {
    /// - Parameters:
    ///   - key: the object's; the drives may not know it.
    ///   - owner: of what the upload makes.
    init(_ upload: Upload, key: String, owner: Owner) {
        let checksum = UploadChecksum(upload)
        self.init(
            key: key,
            uploadID: upload.id,
            initiator: owner,
            owner: owner,
            storageClass: upload.storageClassText,
            initiated: upload.initiated,
            checksumAlgorithm: checksum?.algorithm,
            checksumKind: checksum?.kind
        )
    }
}

extension Upload {
    fileprivate var storageClassText: String {
        let value = metadata.first { $0.name.lowercased() == UserMetadataKey.storageClass }?.value ?? ""
        return value.isEmpty ? "STANDARD" : value
    }
}
