package import S3Service

/// The operations on objects and their listings, for the server's table.
package enum ObjectOperations {
    package static let all: [any S3Operation.Type] = [
        PutObject.self, GetObject.self, HeadObject.self, DeleteObject.self, DeleteObjects.self,
        CopyObject.self, PostObject.self,
        PutObjectAcl.self, GetObjectAcl.self,
        GetObjectAttributes.self,
        PutObjectTagging.self, GetObjectTagging.self, DeleteObjectTagging.self,
        PutObjectRetention.self, GetObjectRetention.self, PutObjectLegalHold.self, GetObjectLegalHold.self,
        ListObjects.self, ListObjectsV2.self, ListObjectVersions.self,
    ]
}
