package import Base
package import Engine
package import S3API
internal import XLMeta

/// Where a bucket's log goes, as it is stored: with the bucket that was meant, as another may come to have its name.
///
///     CREATED OWNER\n
///     <BucketLoggingStatus>…
///
/// CREATED is when the target was made, in nanoseconds since 1970; OWNER is the canonical id of its account.
package struct StoredBucketLogging: Sendable, Hashable {
    package let target: BucketLoggingStatus.Target
    package let targetOwnerID: String
    package let targetCreated: Timestamp

    /// - Parameter bucket: the target as it is.
    /// - Throws: ``S3Error/Code-swift.enum/internalError`` where its owner cannot be read.
    package init(_ target: BucketLoggingStatus.Target, in bucket: Bucket) throws(S3Error) {
        self.target = target
        targetOwnerID = try bucket.ownerID
        targetCreated = bucket.created
    }

    /// - Throws: ``S3Error/Code-swift.enum/internalError``.
    package init(parsing bytes: [UInt8]) throws(S3Error) {
        let unreadable = S3Error(.internalError, "The stored logging configuration cannot be read.")
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
            let words = String(validating: bytes[..<end], as: UTF8.self)?.split(separator: " ", maxSplits: 1),
            words.count == 2, let created = Int64(words[0])
        else { throw unreadable }
        let status: BucketLoggingStatus
        do throws(S3Error) {
            status = try BucketLoggingStatus(parsing: Array(bytes[(end + 1)...]))
        } catch {
            throw unreadable
        }
        guard let target = status.target else { throw unreadable }
        self.target = target
        targetOwnerID = String(words[1])
        targetCreated = Timestamp(nanoseconds: created)
    }

    package var bytes: [UInt8] {
        Array("\(targetCreated.nanoseconds) \(targetOwnerID)\n".utf8) + BucketLoggingStatus(target).xml
    }

    /// Whether it is the bucket that was meant, and still its owner's.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/internalError`` where that cannot be read.
    package func means(_ bucket: Bucket) throws(S3Error) -> Bool {
        let ownerID = try bucket.ownerID
        return bucket.created == targetCreated && ownerID.utf8.elementsEqual(targetOwnerID.utf8)
    }
}
