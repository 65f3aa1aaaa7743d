internal import Base
package import Engine
package import S3API
internal import XLMeta

/// The buckets' stored Object Lock configurations, each parsed once and again when it was changed: every write asks for
/// the default that its bucket has.
package final class BucketObjectLocks: Sendable {
    private struct Parsed {
        let text: BucketText
        let configuration: Result<ObjectLockConfiguration, S3Error>
    }

    private let parsed = Locked<[String: Parsed]>([:])

    package init() {}

    /// `nil` without object lock.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/internalError`` for a stored one that cannot be read.
    package func configuration(of bucket: Bucket) throws(S3Error) -> ObjectLockConfiguration? {
        guard let text = bucket[.shared(.objectLock)] else {
            parsed.withLock { _ = $0.removeValue(forKey: bucket.name) }
            return try bucket.objectLock
        }
        if let known = parsed.withLock({ $0[bucket.name] }), known.text === text {
            return try known.configuration.get()
        }
        let configuration: Result<ObjectLockConfiguration, S3Error>
        do throws(S3Error) {
            configuration = .success(try bucket.objectLock ?? ObjectLockConfiguration())
        } catch {
            configuration = .failure(error)
        }
        parsed.withLock { $0[bucket.name] = Parsed(text: text, configuration: configuration) }
        return try configuration.get()
    }
}
