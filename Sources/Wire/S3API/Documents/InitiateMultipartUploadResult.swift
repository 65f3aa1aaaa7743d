internal import XML

/// The answer to CreateMultipartUpload.
package struct InitiateMultipartUploadResult: Sendable, Hashable {
    package var bucket: String
    package var key: String
    package var uploadID: String

    package init(bucket: String, key: String, uploadID: String) {
        self.bucket = bucket
        self.key = key
        self.uploadID = uploadID
    }

    package var xml: [UInt8] {
        document("InitiateMultipartUploadResult") { writer in
            writer.element("Bucket", bucket)
            writer.element("Key", key)
            writer.element("UploadId", uploadID)
        }
    }
}
