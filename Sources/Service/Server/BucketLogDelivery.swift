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
///     request ─▶ line ─▶ buffer of (source, target, day) ─▶ object, after the interval or at the size
///
/// A request leaves its line and goes on: nothing waits for the drives. Memory is bounded: a line that finds the
/// buffers full is dropped and counted, and the log of the server says so. What the drives do not take is kept and
/// tried again; what can never be stored is dropped and counted. Lines that are not stored yet are lost in a crash, as
/// S3 promises no more than its best effort.
package final class BucketLogDelivery: Sendable {
    package struct Options: Sendable {
        /// How long a line waits for others to be stored with it.
        package var interval = Duration.seconds(300)
        /// A buffer of this size is stored at once.
        package var objectSizeMax = 1 << 20
        /// Of all lines that wait.
        package var memoryMax = 8 << 20
        /// Which partitions name.
        package var region = "us-east-1"

        package init() {}
    }

    private struct Place: Hashable {
        let source: String
        let target: BucketLoggingStatus.Target
        /// Days since 1970 that the lines are of, where objects are named by it.
        let day: Int64?
    }

    private struct Buffer {
        var bytes: [UInt8] = []
        let begun: Duration
    }

    private struct State {
        var buffers: [Place: Buffer] = [:]
        /// In buffers and on their way to the drives.
        var size = 0
        var droppedCount = 0
        /// While there is anything to store.
        var worker: Task<Void, Never>?
        var parsed: [String: (text: BucketText, target: BucketLoggingStatus.Target?)] = [:]
    }

    private static let tick = Duration.seconds(1)
    private let engine: Engine
    private let options: Options
    private let time: any TimeSource
    private let randomness: any Randomness
    private let logger: Logger
    private let state = Locked(State())

    package init(
        engine: Engine,
        options: Options = Options(),
        time: any TimeSource = SystemTime(),
        randomness: any Randomness = SystemRandomness(),
        logger: Logger
    ) {
        (self.engine, self.options) = (engine, options)
        (self.time, self.randomness, self.logger) = (time, randomness, logger)
    }

    /// Whether the requests of a bucket are logged: asked before anything is made of a request.
    package func isLogged(_ bucketName: String) -> Bool { target(of: bucketName) != nil }

    /// Takes a line; never waits.
    package func record(_ record: BucketLogRecord) {
        guard let target = target(of: record.bucket) else { return }
        var day: Int64?
        if case .partitioned(.eventTime) = target.keyFormat { day = record.time.seconds / 86_400 }
        let place = Place(source: record.bucket, target: target, day: day)
        let line = record.line
        state.withLock { state in
            guard state.size + line.count <= options.memoryMax else { return state.droppedCount += 1 }
            state.buffers[place, default: Buffer(begun: time.elapsed)].bytes += line
            state.size += line.count
            if state.worker == nil { state.worker = TaskExecution.start { await self.run() } }
        }
    }

    /// Stores what is there now. To be called when no new requests come, while the engine is open.
    package func close() async {
        let worker = state.withLock { $0.worker }
        worker?.cancel()
        await worker?.value
        await deliver { _ in true }
        let left = state.withLock { state in
            let count = state.buffers.values.reduce(0) { $0 + $1.bytes.count { $0 == UInt8(ascii: "\n") } }
            state.buffers = [:]
            return count
        }
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
            let due = state.buffers.filter { isDue($0.value) }
            for place in due.keys { state.buffers[place] = nil }
            defer { state.droppedCount = 0 }
            return (due, state.droppedCount)
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
            try await write(buffer.bytes, at: place)
            state.withLock { $0.size -= buffer.bytes.count }
        } catch {
            let isPassing = error.status >= 500 && error.status != 501
            state.withLock { state in
                guard isPassing else { return state.size -= buffer.bytes.count }
                // Before what came meanwhile.
                var kept = buffer
                kept.bytes += state.buffers[place]?.bytes ?? []
                state.buffers[place] = kept
            }
            logger.warning(
                isPassing
                    ? "lines of a bucket's access log could not be stored, and are tried again"
                    : "lines of a bucket's access log could not be stored, and are lost",
                [
                    "bucket": .text(place.source), "target": .text(place.target.bucket),
                    "size": .count(buffer.bytes.count), "reason": .text(error.message),
                ]
            )
        }
    }

    private func write(_ bytes: [UInt8], at place: Place) async throws(S3Error) {
        let target = place.target
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
                guards: [DefaultRetentionGuard(engine, bucket: target.bucket)]
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
        switch place.target.keyFormat {
        case .simple: return place.target.prefix + name
        case .partitioned:
            // As in the lines: see ``S3Handler/logForBucket``.
            let owner = (try? engine.bucket(place.source).rules.ownerID) ?? Owner.server.id
            let folder =
                "\(owner)/\(options.region)/\(place.source)/\(date.year)/\(month)/\(dayOfMonth)"
            return "\(place.target.prefix)\(folder)/\(name)"
        }
    }

    /// Parsed once and again when it was changed.
    private func target(of bucketName: String) -> BucketLoggingStatus.Target? {
        guard let bucket = try? engine.bucket(bucketName), let text = bucket[.own(.logging)] else {
            // There is no such bucket, or it has no log; the request says which.
            return nil
        }
        if let known = state.withLock({ $0.parsed[bucketName] }), known.text === text { return known.target }
        let target: BucketLoggingStatus.Target?
        do throws(S3Error) {
            target = try BucketLoggingStatus(parsing: text.bytes).target
        } catch {
            logger.error(
                "a stored logging configuration cannot be read, so nothing is logged",
                ["bucket": .text(bucketName), "reason": .text(error.message)]
            )
            target = nil
        }
        state.withLock { $0.parsed[bucketName] = (text, target) }
        return target
    }
}
