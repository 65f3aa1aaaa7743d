/// What a request did to one object besides what its own line in the log of its bucket says: each key of DeleteObjects,
/// the source of a copy.
package struct LoggedAction: Sendable, Hashable {
    /// In the words of S3's log, as in `BATCH.DELETE.OBJECT`.
    package let operation: String
    package let object: ObjectAddress
    package let versionID: String?
    package let status: Int
    package let errorCode: String?
    /// In bytes; `nil` where nobody looked.
    package let objectSize: Int64?

    package init(
        _ operation: String,
        of object: ObjectAddress,
        versionID: String?,
        status: Int,
        errorCode: String? = nil,
        objectSize: Int64? = nil
    ) {
        (self.operation, self.object, self.versionID) = (operation, object, versionID)
        (self.status, self.errorCode, self.objectSize) = (status, errorCode, objectSize)
    }
}
