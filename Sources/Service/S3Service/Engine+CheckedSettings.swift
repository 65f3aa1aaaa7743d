package import Engine
package import S3API

extension Engine {
    /// Sets one of a bucket's settings if the bucket, as it is while nobody else changes it, stands `check`.
    ///
    /// - Throws: what `check` threw.
    package func set(
        _ document: BucketDocument,
        to value: [UInt8]?,
        ofBucket name: String,
        checking check: (Bucket) throws(S3Error) -> Void
    ) async throws(S3Error) {
        var refusal: S3Error?
        do throws(EngineError) {
            try await set(document, to: value, ofBucket: name) { bucket throws(CommitRefusal) in
                do throws(S3Error) { try check(bucket) } catch {
                    refusal = error
                    throw .preconditionFailed
                }
            }
        } catch {
            throw refusal ?? S3Error(from: error)
        }
    }
}
