internal import Base
internal import Engine
internal import S3API
internal import S3Service
internal import Telemetry
internal import XLMeta

/// The buckets that have a log. Each configuration is parsed once and again when it was changed.
final class BucketLogs: Sendable {
    struct Log: Sendable {
        /// Of the bucket that is logged.
        let ownerID: String
        let stored: StoredBucketLogging
    }

    private struct Parsed {
        let text: BucketText
        /// `nil` where it cannot be read.
        let log: Log?
    }

    private let engine: Engine
    private let logger: Logger
    private let parsed = Locked<[String: Parsed]>([:])

    init(_ engine: Engine, _ logger: Logger) { (self.engine, self.logger) = (engine, logger) }

    /// `nil` where there is none, or none that can be read.
    func log(of bucketName: String) -> Log? {
        guard let bucket = try? engine.bucket(bucketName), let text = bucket[.own(.logging)] else {
            // There is no such bucket, or it has no log; the request says which.
            parsed.withLock { _ = $0.removeValue(forKey: bucketName) }
            return nil
        }
        if let known = parsed.withLock({ $0[bucketName] }), known.text === text { return known.log }
        var log: Log?
        do throws(S3Error) {
            let stored = try StoredBucketLogging(parsing: text.bytes)
            log = Log(ownerID: try bucket.rules.ownerID, stored: stored)
        } catch {
            logger.error(
                "a stored logging configuration cannot be read, so nothing is logged",
                ["bucket": .text(bucketName), "reason": .text(error.message)]
            )
        }
        let found = log
        parsed.withLock { $0[bucketName] = Parsed(text: text, log: found) }
        return log
    }
}
