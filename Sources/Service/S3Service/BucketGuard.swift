package import Engine
package import S3API

/// Holds a write to what was decided before its body came: that is about this bucket, not about another one of its name,
/// and its rules still take the list that the object brings along.
package struct BucketGuard: CommitGuard {
    private let engine: Engine
    private let bucket: Bucket
    private let list: AccessControlPolicy?

    /// - Parameters:
    ///   - bucket: as it was looked at.
    ///   - list: `nil` where nobody asked for one.
    package init(_ engine: Engine, _ bucket: Bucket, list: AccessControlPolicy? = nil) {
        (self.engine, self.bucket, self.list) = (engine, bucket, list)
    }

    /// Asked under the bucket's lease.
    ///
    /// - Throws: ``CommitRefusal/bucketGone``; ``CommitRefusal/forbidden(_:)``.
    package func review(
        _ proposal: inout ObjectMetadata?,
        over current: ObjectVersion?
    ) throws(CommitRefusal) {
        let found: Bucket
        do throws(EngineError) { found = try engine.bucket(bucket.name) } catch { throw .bucketGone }
        guard found.created == bucket.created else { throw .bucketGone }
        guard let list else { return }
        do throws(S3Error) {
            try found.rules.checkNotBlocked(list)
        } catch {
            throw .forbidden(error.message)
        }
    }
}
