package import Base
package import Configuration
package import Engine
package import Lifecycle
package import S3Service
package import Telemetry

/// Lets objects expire as their buckets' lifecycles say.
///
///     every interval:  buckets with rules ─▶ pages of versions ─▶ keys with something due ─▶ expire under the key's lease
///                                        └▶ pages of uploads  ─▶ abort
///
/// The listing only says where to look: what is done is decided anew under the key's lease, with the bucket's settings,
/// rules and versions as they are then. Memory is a page, and beside it all versions of the one key that is decided about.
/// After each page and each lease the worker rests as its speed says.
package struct LifecycleWorker: Sendable {
    /// Clients of the key wait for what is done under one lease. Where it has few versions the number ends it, where it has
    /// thousands the time, as each deletion takes longer the more there are.
    private static let deletionsMax = 100
    private static let leaseMax = Duration.milliseconds(100)
    private static let pageSize = 1000

    private let engine: Engine
    private let lifecycles: BucketLifecycles
    private let guards: [any CommitGuard]
    private let progress: LifecycleProgress
    private let interval: Duration
    private let day: DayLength
    private let time: any TimeSource
    private let logger: Logger

    /// - Parameters:
    ///   - guards: asked about every deletion, beside the engine's own.
    ///   - progress: is told how far it is, and says how fast it may go.
    ///   - interval: between the end of a pass and the next.
    package init(
        engine: Engine,
        lifecycles: BucketLifecycles,
        guards: [any CommitGuard] = [],
        progress: LifecycleProgress = LifecycleProgress(ServerSettings()),
        interval: Duration,
        day: DayLength,
        time: any TimeSource,
        logger: Logger
    ) {
        (self.engine, self.lifecycles, self.guards) = (engine, lifecycles, guards)
        self.progress = progress
        (self.interval, self.day, self.time, self.logger) = (interval, day, time, logger)
    }

    /// As the settings say; nobody bypasses locks.
    package init(
        of engine: Engine,
        _ settings: ServerSettings,
        _ lifecycles: BucketLifecycles,
        _ progress: LifecycleProgress,
        time: any TimeSource = SystemTime(),
        logger: Logger
    ) {
        let daySeconds = settings.lifecycleDaySeconds
        self.init(
            engine: engine,
            lifecycles: lifecycles,
            guards: [ObjectLockGuard(engine, bypassesGovernance: false)],
            progress: progress,
            interval: Self.interval(settings),
            day: daySeconds > 0 ? .seconds(daySeconds) : .calendar,
            time: time,
            logger: logger
        )
    }

    /// Between the end of a pass and the next; ten times in a day that is shortened for tests.
    static func interval(_ settings: ServerSettings) -> Duration {
        guard settings.lifecycleDaySeconds > 0 else { return settings.lifecycleInterval }
        return min(.milliseconds(settings.lifecycleDaySeconds * 100), settings.lifecycleInterval)
    }

    /// Until the task is cancelled; what is under way for one key is then still finished.
    package func run() async {
        while !Task.isCancelled {
            await time.sleep(for: interval)
            if Task.isCancelled { return }
            let start = time.elapsed
            let report = await pass()
            guard report.bucketCount + report.failureCount > 0 else { continue }
            log(report, took: time.elapsed - start)
        }
    }

    /// Goes through every bucket once. Ends early where the task is cancelled.
    package func pass() async -> LifecycleReport {
        var report = LifecycleReport()
        progress.begin(at: time.now)
        defer { progress.end(report, at: time.now) }
        for bucket in engine.allBuckets() {
            if Task.isCancelled { return report }
            guard let lifecycle = lifecycles.lifecycle(of: bucket) else { continue }
            do throws(EngineError) {
                for prefix in lifecycle.prefixes {
                    try await expireVersions(below: prefix, in: bucket, lifecycle, &report)
                }
                for prefix in lifecycle.uploadPrefixes {
                    try await abortUploads(below: prefix, in: bucket, lifecycle, &report)
                }
                report.bucketCount += 1
            } catch {
                // A bucket that was removed meanwhile has nothing left to expire.
                if error != .bucketNotFound { report.fail("\(bucket.name): \(error)") }
            }
        }
        return report
    }

    private func expireVersions(
        below prefix: String,
        in bucket: Bucket,
        _ lifecycle: Lifecycle,
        _ report: inout LifecycleReport
    ) async throws(EngineError) {
        var request = ListRequest()
        request.prefix = prefix
        request.limit = Self.pageSize
        request.scope = .versions(after: nil)
        var key: String?
        var history: KeyHistory?
        var isDue = false
        while !Task.isCancelled {
            let start = time.elapsed
            let page = try await engine.list(bucket: bucket.name, request)
            await rest(since: start, report, in: bucket)
            for case .object(let version, _) in page.entries {
                if key.map({ !$0.utf8.elementsEqual(version.key.utf8) }) ?? true {
                    if let key, isDue || history?.finish() != nil {
                        await expire(key, in: bucket, &report)
                    }
                    if Task.isCancelled { return }
                    (key, isDue) = (version.key, false)
                    history = self.history(of: version.key, in: bucket, lifecycle)
                }
                report.versionCount += 1
                if history?.visit(VersionFacts(version, now: time.now)) != nil { isDue = true }
            }
            guard page.isTruncated, let last = page.last else { break }
            request.after = last
            request.scope = .versions(after: page.lastVersion)
        }
        if let key, !Task.isCancelled, isDue || history?.finish() != nil {
            await expire(key, in: bucket, &report)
        }
    }

    private func history(of key: String, in bucket: Bucket, _ lifecycle: Lifecycle) -> KeyHistory {
        KeyHistory(
            lifecycle,
            key: key,
            keepsVersions: bucket.settings.versioning == .enabled,
            day: day,
            now: time.now
        )
    }

    private func expire(_ key: String, in bucket: Bucket, _ report: inout LifecycleReport) async {
        while !Task.isCancelled {
            let start = time.elapsed
            let outcome: ExpiryOutcome
            do throws(EngineError) {
                outcome = try await engine.expire(
                    bucket: bucket.name,
                    key: key,
                    guards: guards,
                    leaseMax: Self.leaseMax
                ) { deletions(key, $0, $1) }
            } catch {
                return report.fail("\(bucket.name)/\(key): \(error)")
            }
            report.refusedCount += outcome.refusedCount
            for deletion in outcome.deletions { report.count(deletion) }
            await rest(since: start, report, in: bucket)
            // What a guard refuses is named again by the next decision, which would never end.
            let hasMore = outcome.isCutShort || outcome.deletions.count == Self.deletionsMax
            guard hasMore, !outcome.deletions.isEmpty else { return }
        }
    }

    /// What is due now. Called under the leases of key and bucket, so neither rules nor versions change under it.
    private func deletions(_ key: String, _ bucket: Bucket, _ versions: [ObjectVersion]) -> [Deletion] {
        guard let lifecycle = lifecycles.lifecycle(of: bucket) else { return [] }
        let now = time.now
        var history = history(of: key, in: bucket, lifecycle)
        var deletions: [Deletion] = []
        for version in versions where deletions.count < Self.deletionsMax {
            switch history.visit(VersionFacts(version, now: now)) {
            case .expireNewest: deletions += expiry(of: version, in: bucket.settings)
            case .removeVersion: deletions.append(.version(version.id))
            case nil: continue
            }
        }
        if versions.count == 1, let version = versions.first, case .removeVersion = history.finish() {
            deletions.append(.version(version.id))
        }
        return deletions
    }

    private func expiry(of newest: ObjectVersion, in settings: BucketSettings) -> [Deletion] {
        // Whether such a key keeps versions is for the server to say that knows its exceptions.
        guard !settings.versioningHasExceptions else { return [] }
        // A version where none were ever kept is another server's riddle.
        guard settings.versioning != .off || newest.id == .zero else { return [] }
        return [.byBucket]
    }

    private func abortUploads(
        below prefix: String,
        in bucket: Bucket,
        _ lifecycle: Lifecycle,
        _ report: inout LifecycleReport
    ) async throws(EngineError) {
        var (afterKey, afterID): (String?, String?) = (nil, nil)
        while !Task.isCancelled {
            let start = time.elapsed
            let page = try await engine.uploads(
                bucket: bucket.name,
                prefix: prefix,
                delimiter: nil,
                afterKey: afterKey,
                afterID: afterID,
                limit: Self.pageSize
            )
            for upload in page.uploads {
                if Task.isCancelled { return }
                await abortIfDue(upload, lifecycle, &report)
            }
            await rest(since: start, report, in: bucket)
            guard page.isTruncated, let last = page.uploads.last else { return }
            (afterKey, afterID) = (last.key, last.id)
        }
    }

    /// When an upload was begun never changes, so what was due a moment ago is due.
    private func abortIfDue(
        _ upload: Upload,
        _ lifecycle: Lifecycle,
        _ report: inout LifecycleReport
    ) async {
        guard let key = upload.key,
            let abortion = lifecycle.abortion(ofUploadBegun: upload.initiated, key: key, day: day),
            abortion.date <= time.now
        else { return }
        do throws(EngineError) {
            try await engine.abort(bucket: upload.bucket, key: key, uploadID: upload.id)
            report.abortedUploadCount += 1
        } catch {
            // Completed or aborted by its client meanwhile.
            if error != .uploadNotFound { report.fail("\(upload.bucket)/\(key): \(error)") }
        }
    }

    private func rest(since start: Duration, _ report: LifecycleReport, in bucket: Bucket) async {
        progress.note(report, in: bucket.name)
        let speed = progress.speed
        await time.sleep(for: min((time.elapsed - start) * speed.restFactor, speed.restMax))
    }

    private func log(_ report: LifecycleReport, took duration: Duration) {
        let level: LogLevel =
            if report.failureCount > 0 { .warning } else if report.isNotable { .info } else { .debug }
        logger.log(
            level,
            "objects were looked through for those that expire",
            [
                "buckets": .count(report.bucketCount),
                "versions": .count(report.versionCount),
                "expired": .count(report.expiredCount),
                "removed": .count(report.removedCount),
                "abortedUploads": .count(report.abortedUploadCount),
                "refused": .count(report.refusedCount),
                "failures": .count(report.failureCount),
                "firstFailure": .text(report.firstFailure ?? "-"),
                "seconds": .count(duration.components.seconds),
            ]
        )
    }
}

extension LifecycleReport {
    fileprivate mutating func count(_ deletion: Deletion) {
        switch deletion {
        case .byBucket, .marker: expiredCount += 1
        case .version: removedCount += 1
        }
    }
}
