internal import AdminService
internal import Base
internal import Configuration
internal import Engine
internal import Host
internal import Topology

/// What the administration interface tells of this server.
struct EngineFacts: ServerFacts {
    private let engine: Engine
    private let parity: StorageClassParity
    private let settings: ServerSettings
    private let lifecycle: LifecycleProgress
    private let time: any TimeSource
    private let start: Duration

    init(
        _ engine: Engine,
        parity: StorageClassParity,
        settings: ServerSettings,
        lifecycle: LifecycleProgress,
        time: any TimeSource = SystemTime()
    ) {
        (self.engine, self.parity, self.settings, self.time) = (engine, parity, settings, time)
        self.lifecycle = lifecycle
        start = time.elapsed
    }

    func overview() async -> ServerOverview {
        let drives = await engine.driveStates().map { drive in
            ServerOverview.Drive(
                endpoint: drive.endpoint,
                path: drive.endpoint,
                isOnline: drive.isOnline,
                id: drive.id,
                totalSize: UInt64(max(0, drive.totalSize)),
                availableSize: UInt64(max(0, drive.freeSize)),
                poolIndex: drive.poolIndex,
                setIndex: drive.setIndex,
                driveIndex: drive.position
            )
        }
        let pools = engine.pools.map { pool in
            ServerOverview.Pool(
                setCount: pool.sets.count,
                driveCountPerSet: pool.sets.first?.slots.count ?? 0,
                standardParity: parity.standard,
                reducedParity: parity.reducedRedundancy
            )
        }
        return ServerOverview(
            version: ServerVersion.text,
            endpoint: settings.address.description,
            scheme: settings.certificatesDirectory == nil ? "http" : "https",
            uptime: time.elapsed - start,
            region: settings.region,
            domains: settings.domains,
            deploymentID: engine.deploymentID,
            drives: drives,
            pools: pools,
            processorCount: Environment.processorCount
        )
    }

    func expiry() -> ExpiryFacts { lifecycle.facts }

    /// Nothing counts what is stored.
    func usage() async -> StorageUsage? { nil }

    func buckets() -> [BucketFacts] {
        engine.allBuckets().map { bucket in
            BucketFacts(
                name: bucket.name,
                created: bucket.created,
                isVersioned: bucket.settings.versioning == .enabled,
                isVersioningSuspended: bucket.settings.versioning == .suspended,
                hasObjectLock: bucket.settings.hasObjectLock
            )
        }
    }
}
