package import Base
internal import Bytes
internal import Cryptography
package import Engine
internal import S3API
internal import S3Service
package import Telemetry
internal import Topology
internal import XLMeta

/// Collects the log lines of buckets that have a log and stores them as objects of its target.
///
///     request ─▶ line ─▶ buffer of (source, target, day) ─▶ object, after the interval or at a size
///
/// A request leaves its line and goes on: nothing waits for the drives. Memory is bounded: a line that finds no room is
/// dropped and counted, and the log of the server says so. What the drives do not take is kept and tried again; what can
/// never be stored is dropped and counted, as are lines for a target that is gone, or is another bucket than the one for
/// which whoever turned the log on had the right to write. Lines that are not stored yet are lost in a crash, as S3
/// promises no more than its best effort.
package final class BucketLogDelivery: Sendable {
    package struct Options: Sendable {
        /// How long a line waits for others to be stored with it.
        package var interval = Duration.seconds(300)
        /// A buffer that has come to this size, in bytes, is stored within a second.
        package var objectSizeMax = 1 << 20
        /// In bytes, of all lines that wait. Where they are more than a third of it, the largest buffers are stored within a
        /// second.
        package var memoryMax = 8 << 20
        /// Which partitions name.
        package var region = "us-east-1"

        package init() {}
    }

    private typealias Place = BucketLogBuffers.Place
    private typealias Buffer = BucketLogBuffers.Buffer

    private struct State {
        var buffers: BucketLogBuffers
        var droppedCount = 0
        /// While there is anything to store.
        var worker: Task<Void, Never>?
        /// Sources of which the log has said that their target is not the one that was meant.
        var strayed: [String: StoredBucketLogging] = [:]
    }

    private static let tick = Duration.seconds(1)
    private let engine: Engine
    private let options: Options
    private let time: any TimeSource
    private let randomness: any Randomness
    private let logger: Logger
    private let logs: BucketLogs
    private let state: Locked<State>

    package init(
        engine: Engine,
        options: Options = Options(),
        time: any TimeSource = SystemTime(),
        randomness: any Randomness = SystemRandomness(),
        logger: Logger
    ) {
        (self.engine, self.options) = (engine, options)
        (self.time, self.randomness, self.logger) = (time, randomness, logger)
        logs = BucketLogs(engine, logger)
        state = Locked(State(buffers: BucketLogBuffers(sizeMax: options.memoryMax)))
    }

    /// Whether the requests of a bucket are logged: asked before anything is made of a request.
    package func isLogged(_ bucketName: String) -> Bool { logs.log(of: bucketName) != nil }

    /// The canonical id of a bucket's owner, where its requests are logged.
    package func ownerID(ofLogged bucketName: String) -> String? { logs.log(of: bucketName)?.ownerID }

    /// Takes a line; never waits.
    package func record(_ record: BucketLogRecord) {
        guard let log = logs.log(of: record.bucket) else { return }
        var day: Int64?
        let target = log.stored.target
        if case .partitioned(.eventTime) = target.keyFormat { day = record.time.seconds / 86_400 }
        let place = Place(source: record.bucket, ownerID: log.ownerID, log: log.stored, day: day)
        // Whose it is can change with the bucket only. One that is gone is another.
        guard (try? engine.bucket(target.bucket))?.created == log.stored.targetCreated else {
            return noteStray(place)
        }
        let line = record.line
        state.withLock { state in
            state.strayed[record.bucket] = nil
            guard state.buffers.add(line, to: place, now: time.elapsed) else {
                return state.droppedCount += 1
            }
            if state.worker == nil { state.worker = TaskExecution.start { await self.run() } }
        }
    }

    /// Says once that the lines of a source are dropped from now on.
    private func noteStray(_ place: Place) {
        let isNew = state.withLock { $0.strayed.updateValue(place.log, forKey: place.source) != place.log }
        guard isNew else { return }
        logger.error(
            "the target of a bucket's access log is gone, or is another bucket now: its lines are dropped",
            ["bucket": .text(place.source), "target": .text(place.log.target.bucket)]
        )
    }

    /// Stores what is there now. To be called when no new requests come, while the engine is open.
    package func close() async {
        let worker = state.withLock { $0.worker }
        worker?.cancel()
        await worker?.value
        await deliver { _ in true }
        let left = state.withLock { $0.buffers.removeAll() }
        if left > 0 {
            logger.warning("lines of buckets' access logs could not be stored", ["lines": .count(left)])
        }
    }

    /// While there is anything to store. A server without logs has no task for them.
    private func run() async {
        while true {
            await time.sleep(for: min(Self.tick, options.interval))
            if Task.isCancelled { return }
            let now = time.elapsed
            await deliver { buffer in
                now - buffer.begun >= options.interval || buffer.bytes.count >= options.objectSizeMax
            }
            let isDone = state.withLock { state in
                if state.buffers.isEmpty { state.worker = nil }
                return state.buffers.isEmpty
            }
            if isDone { return }
        }
    }

    private func deliver(_ isDue: (Buffer) -> Bool) async {
        let (due, droppedCount) = state.withLock { state in
            defer { state.droppedCount = 0 }
            return (state.buffers.take(isDue), state.droppedCount)
        }
        if droppedCount > 0 {
            logger.warning(
                "lines of buckets' access logs were dropped, as more came than could be stored",
                ["lines": .count(droppedCount)]
            )
        }
        for (place, buffer) in due { await store(buffer, at: place) }
    }

    private func store(_ buffer: Buffer, at place: Place) async {
        do throws(S3Error) {
            if try isMeant(place) { try await write(buffer.bytes, at: place) } else { noteStray(place) }
            state.withLock { $0.buffers.released(buffer.bytes.count, of: place) }
        } catch {
            let isPassing = error.status >= 500 && error.status != 501
            state.withLock { state in
                if isPassing {
                    state.buffers.putBack(buffer, at: place)
                } else {
                    state.buffers.released(buffer.bytes.count, of: place)
                }
            }
            logger.warning(
                isPassing
                    ? "lines of a bucket's access log could not be stored, and are tried again"
                    : "lines of a bucket's access log could not be stored, and are lost",
                [
                    "bucket": .text(place.source), "target": .text(place.log.target.bucket),
                    "size": .count(buffer.bytes.count), "reason": .text(error.message),
                ]
            )
        }
    }

    /// Whether the target is the bucket that was meant.
    private func isMeant(_ place: Place) throws(S3Error) -> Bool {
        // One that is gone is not.
        guard let bucket = try? engine.bucket(place.log.target.bucket) else { return false }
        return try place.log.means(bucket)
    }

    private func write(_ bytes: [UInt8], at place: Place) async throws(S3Error) {
        let target = place.log.target
        let key = key(at: place)
        let bucket = try await translating { () async throws(EngineError) in
            try engine.bucket(target.bucket)
        }
        try bucket.settings.checkWritable()
        var metadata = ObjectMetadata(user: [
            (UserMetadataKey.contentType, "text/plain"),
            (UserMetadataKey.etag, MD5.hash(bytes).hexadecimal),
        ])
        try Self.grant(target.grants, on: &metadata, in: bucket)
        let complete = metadata
        var body = BytesInMemory(bytes)
        let staged: StagedBody
        do {
            staged = try await engine.stage(
                &body,
                size: Int64(bytes.count),
                bucket: target.bucket,
                key: key,
                storageClass: .standard
            )
        } catch {
            switch error {
            case .engine(let error): throw S3Error(from: error)
            }
        }
        _ = try await translating { () async throws(EngineError) in
            try await engine.commit(
                staged,
                as: .byBucket,
                metadata: complete,
                guards: [
                    LogTargetGuard(engine, place.log), DefaultRetentionGuard(engine, bucket: target.bucket),
                ]
            )
        }
    }

    /// Beside the target's owner, who may do everything. Where lists were turned off since, they say nothing.
    private static func grant(
        _ grants: [AccessControlPolicy.Grant],
        on metadata: inout ObjectMetadata,
        in bucket: Bucket
    ) throws(S3Error) {
        let rules = try bucket.rules
        guard !grants.isEmpty, rules.ownership.hasLists else { return }
        var list = AccessControlPolicy(private: Owner(id: rules.ownerID, displayName: ""))
        list.grants += grants.filter { !list.grants.contains($0) }
        metadata.setACL(list, bucketOwnerID: rules.ownerID)
    }

    /// As S3 names them, with 16 digits that no other object of that second has.
    private func key(at place: Place) -> String {
        let now = time.now
        var date = CalendarDate(secondsSinceEpoch: now.seconds)
        if let day = place.day { date = CalendarDate(secondsSinceEpoch: day * 86_400) }
        let (month, dayOfMonth) = (twoDigits(date.month), twoDigits(date.day))
        let unique = (0..<8).map { _ in UInt8(truncatingIfNeeded: randomness.next()) }.hexadecimal
            .uppercased()
        let name =
            "\(date.year)-\(month)-\(dayOfMonth)-\(twoDigits(date.hour))-\(twoDigits(date.minute))-\(twoDigits(date.second))-\(unique)"
        let prefix = place.log.target.prefix
        switch place.log.target.keyFormat {
        case .simple: return prefix + name
        case .partitioned:
            let folder =
                "\(place.ownerID)/\(options.region)/\(place.source)/\(date.year)/\(month)/\(dayOfMonth)"
            return "\(prefix)\(folder)/\(name)"
        }
    }
}

/// Refuses an object of a log in another bucket than the one that was meant, also where it came between.
private struct LogTargetGuard: CommitGuard {
    private let engine: Engine
    private let log: StoredBucketLogging

    init(_ engine: Engine, _ log: StoredBucketLogging) { (self.engine, self.log) = (engine, log) }

    func review(_ proposal: inout ObjectMetadata?, over current: ObjectVersion?) throws(CommitRefusal) {
        // What cannot be told is not the one that was meant.
        guard let bucket = try? engine.bucket(log.target.bucket), (try? log.means(bucket)) == true else {
            throw .forbidden("The target is another bucket now.")
        }
    }
}
