internal import Engine
internal import S3API
internal import S3Service
internal import Telemetry
internal import XLMeta

/// The buckets that have a log.
struct BucketLogs: Sendable {
    struct Log: Sendable {
        /// Of the bucket that is logged.
        let ownerID: String
        let stored: StoredBucketLogging
    }

    private let engine: Engine
    private let logger: Logger

    init(_ engine: Engine, _ logger: Logger) { (self.engine, self.logger) = (engine, logger) }

    /// `nil` where there is none, or none that can be read.
    func log(of bucketName: String) -> Log? {
        guard let bucket = try? engine.bucket(bucketName), let text = bucket[.own(.logging)] else {
            // There is no such bucket, or it has no log; the request says which.
            return nil
        }
        do throws(S3Error) {
            let stored = try text.parsed { bytes throws(S3Error) in try StoredBucketLogging(parsing: bytes) }
            return Log(ownerID: try bucket.ownerID, stored: stored)
        } catch {
            if text.isFirstReport() {
                logger.error(
                    "a stored logging configuration cannot be read, so nothing is logged",
                    ["bucket": .text(bucketName), "reason": .text(error.message)]
                )
            }
            return nil
        }
    }
}
