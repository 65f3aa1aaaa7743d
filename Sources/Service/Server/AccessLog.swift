internal import Base
internal import HTTP
internal import HTTPServer
internal import IAM
internal import S3Service
internal import Telemetry

/// The one line a request leaves behind: who, what, how it ended. Never the query, where signatures stand, and
/// never a header's value.
struct AccessLog: Sendable {
    let logger: Logger
    let time: any TimeSource
    private let start: Duration

    init(_ logger: Logger, time: any TimeSource) {
        self.logger = logger
        self.time = time
        start = time.elapsed
    }

    struct Outcome: Sendable {
        var operation: String?
        var accessKey: String?
        var status: Int
        var errorCode: String?
        /// What the request was about, as far as that is known.
        var bucket: String?
        var key: String?
        var identity: Identity?
        var versionID: String?
        /// What has lines of its own in the logs of buckets.
        var actions: [LoggedAction] = []
        /// Whether the key stands in a form, and the path names the bucket alone.
        var isOfForm = false
        /// Bytes of the object that was read or written.
        var objectSize: Int64?
        var received: Int64
        var sent: Int64
        var remote: String
        /// The answer did not reach its end.
        var wasCut = false
    }

    func record(_ method: RequestMethod, path: ArraySlice<UInt8>, _ outcome: Outcome) {
        let elapsed = (time.elapsed - start).components
        let microseconds = elapsed.seconds * 1_000_000 + elapsed.attoseconds / 1_000_000_000_000
        let level: LogLevel = outcome.status >= 500 && outcome.status != 501 ? .warning : .info
        logger.log(
            level,
            "request",
            [
                "method": .of(method),
                "path": .text(String(decoding: path, as: UTF8.self)),
                "operation": .text(outcome.operation ?? "-"),
                "status": .count(outcome.status),
                "error": .text(outcome.errorCode ?? "-"),
                "received": .count(outcome.received),
                "sent": .count(outcome.sent),
                "cut": .boolean(outcome.wasCut),
                "durationMicroseconds": .count(microseconds),
                "accessKey": .text(outcome.accessKey ?? "-"),
                "remote": .text(outcome.remote),
            ]
        )
    }
}
