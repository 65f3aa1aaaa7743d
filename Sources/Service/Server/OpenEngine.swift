internal import AdminService
internal import Base
internal import Bytes
internal import Configuration
internal import Engine
internal import Host
internal import IAM
internal import Telemetry

/// Opens the drives that the settings name, and settles what was under way when they were last closed.
///
/// - Returns: the store, and the settings that are kept on its drives.
/// - Throws: an error whose text tells an operator what to do.
func openEngine(
    _ settings: ServerSettings,
    decryption: any IAMDecryption,
    _ logger: Logger
) async throws(StartupError) -> (OpenStore, kept: [StoredValue]) {
    let kept = Locked<[StoredValue]>([])
    var plan = StorePlan(volumes: settings.volumes)
    plan.setDriveCount = settings.erasureSetDriveCount
    plan.follow(settings)
    plan.revise = { (engine, plan, isSettled) throws(EngineOpeningError) in
        let values = try await KeptSettings.load(
            EngineIAMStorage(engine: engine),
            settings,
            setSize: engine.pools[0].sets[0].slots.count,
            decryption: decryption,
            isSettled ? logger : nil
        )
        kept.withLock { $0 = values }
        plan.follow(settings.over(values))
        return "\(values)"
    }
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
    return (store, kept.withLock { $0 })
}

extension StorePlan {
    /// What settings that are kept on the drives can change.
    fileprivate mutating func follow(_ settings: ServerSettings) {
        (standardClass, reducedClass) = settings.storageClasses
        options.inlineSizeMax = Int64(settings.inlineShardSizeMax)
        options.versionCountMax = settings.objectVersionsMax
        options.patience.grace = settings.driveGracePeriod
        options.memoryPatience = settings.requestsDeadline
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
