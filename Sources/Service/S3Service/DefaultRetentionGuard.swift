package import Engine
package import S3API
internal import XLMeta

/// Gives a new version the retention that its bucket has for those that say nothing of their own, from the moment at
/// which it becomes visible.
package struct DefaultRetentionGuard: CommitGuard {
    private let engine: Engine
    private let bucket: String

    package init(_ engine: Engine, bucket: String) { (self.engine, self.bucket) = (engine, bucket) }

    /// - Throws: ``CommitRefusal/wrongState(_:)`` where the bucket's configuration cannot be read.
    package func review(
        _ proposal: inout ObjectMetadata?,
        over current: ObjectVersion?
    ) throws(CommitRefusal) {
        guard var metadata = proposal, let retention = try defaultRetention() else { return }
        let isSaid = metadata.user.contains { name, value in
            name.lowercased() == UserMetadataKey.objectLockMode && !value.isEmpty
        }
        guard !isSaid else { return }
        metadata.user +=
            Retention(
                retention.mode,
                until: retention.period.end(from: engine.now)
            ).stored
        proposal = metadata
    }

    private func defaultRetention() throws(CommitRefusal) -> ObjectLockConfiguration.DefaultRetention? {
        let bucket: Bucket
        // Under the bucket's lease it is there.
        do throws(EngineError) { bucket = try engine.bucket(self.bucket) } catch { return nil }
        do throws(S3Error) {
            return try bucket.objectLock?.defaultRetention
        } catch {
            throw .wrongState("The Object Lock configuration stored with the bucket cannot be read.")
        }
    }
}

extension Bucket {
    /// `nil` without object lock.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/internalError`` for a stored one that cannot be read.
    package var objectLock: ObjectLockConfiguration? {
        get throws(S3Error) {
            guard let text = self[.shared(.objectLock)] else {
                // Of releases that had a flag and no document.
                return settings.hasObjectLock ? ObjectLockConfiguration() : nil
            }
            do throws(S3Error) {
                return try text.parsed { bytes throws(S3Error) in try ObjectLockConfiguration(parsing: bytes)
                }
            } catch {
                throw S3Error(.internalError, "The stored Object Lock configuration cannot be read.")
            }
        }
    }
}
