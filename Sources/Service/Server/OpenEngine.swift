internal import Base
internal import Bytes
internal import Configuration
internal import Engine
internal import Host
internal import Telemetry

/// Opens the drives that the settings name, and settles what was under way when they were last closed.
///
/// - Throws: an error whose text tells an operator what to do.
func openEngine(_ settings: ServerSettings, _ logger: Logger) async throws(StartupError) -> OpenStore {
    var plan = StorePlan(volumes: settings.volumes)
    plan.setDriveCount = settings.erasureSetDriveCount
    plan.standardClass = settings.standardParity.map { "EC:\($0)" } ?? ""
    // The default holds wherever a set has room for it; a number of one's own has to fit.
    let reduced = settings.reducedRedundancyParity
    plan.reducedClass = reduced == ServerSettings().reducedRedundancyParity ? "" : "EC:\(reduced)"
    plan.options.inlineSizeMax = Int64(settings.inlineShardSizeMax)
    plan.options.patience.grace = settings.driveGracePeriod
    plan.options.memoryPatience = settings.requestsDeadline
    let memory = BlockPool(budget: memoryBudget(settings.memoryBudgetSize), time: SystemTime())
    let store: OpenStore
    do throws(EngineOpeningError) {
        store = try await EngineOpening(plan, memory: memory, observers: [DamageLog(logger: logger)]).open()
    } catch {
        throw .cannotOpen(error)
    }
    for drive in store.drives {
        guard let problem = drive.problem else { continue }
        logger.warning("a drive is out of service", ["drive": .text(drive.path), "reason": .text(problem)])
    }
    logger.info(
        "the drives are open",
        [
            "buckets": .count(store.recovery.bucketCount),
            "completed": .count(store.recovery.completedCount),
            "reverted": .count(store.recovery.revertedCount),
            "open": .count(store.recovery.openCount),
        ]
    )
    return store
}

/// Ends uploads that nobody completes, until the task is cancelled.
func expireUploads(of engine: Engine, _ settings: ServerSettings, _ logger: Logger) -> Task<Void, Never> {
    let time = SystemTime()
    let (expiry, interval) = (settings.staleUploadsExpiry, settings.staleUploadsCleanupInterval)
    return Task {
        while !Task.isCancelled {
            await time.sleep(for: interval)
            if Task.isCancelled { return }
            do throws(EngineError) {
                let limit = time.now + (.zero - expiry)
                let count = try await engine.removeStaleUploads(begunBefore: limit)
                if count > 0 { logger.info("stale uploads were removed", ["count": .count(count)]) }
            } catch {
                logger.warning("stale uploads could not be looked for", ["reason": .of(error)])
            }
        }
    }
}

/// Brings drives back while the server runs, until the task is cancelled.
func watchDrives(of store: OpenStore, _ logger: Logger) -> Task<Void, Never> {
    let watch = store.watch { event in
        switch event {
        case .lost(let endpoint, let reason):
            logger.warning("a drive was lost", ["drive": .text(endpoint), "reason": .text(reason)])
        case .returned(let endpoint): logger.info("a drive is back", ["drive": .text(endpoint)])
        case .stillOut(let endpoint, let reason):
            logger.warning("a drive stays out", ["drive": .text(endpoint), "reason": .text(reason)])
        }
    }
    return Task { await watch.run() }
}

/// A quarter of the machine's memory, at most 256 MiB; never less than one transfer needs.
private func memoryBudget(_ size: Int?) -> Int {
    max(size ?? min(Environment.memorySize / 4, 256 << 20), 16 << 20)
}
