package import S3Service

/// The operations of multipart uploads, for the server's table.
package enum MultipartOperations {
    package static let all: [any S3Operation.Type] = [
        CreateMultipartUpload.self, UploadPart.self, UploadPartCopy.self, CompleteMultipartUpload.self,
        AbortMultipartUpload.self, ListParts.self, ListMultipartUploads.self,
    ]
}
