internal import Base
internal import Engine
internal import Telemetry

/// Says in the log what a request met on the drives. Until healing is built this is all that is known of it.
struct DamageLog: ObjectObserver {
    let logger: Logger

    func created(_: ObjectVersion) {}

    func deleted(bucket _: String, key _: String, versionID _: UUID) {}

    func damaged(bucket: String, key: String, endpoint: String, reason: String) {
        logger.warning(
            "a copy is missing or damaged",
            [
                "drive": .text(endpoint), "bucket": .text(bucket), "object": .text(key),
                "reason": .text(reason),
            ]
        )
    }

    func driveFailed(endpoint: String, reason: String) {
        logger.warning("a drive failed", ["drive": .text(endpoint), "reason": .text(reason)])
    }
}
