import Base
import Bytes
package import Drives
package import Engine
import Files
import Locks
package import TestSupport
package import Topology

/// The drives of one machine between two starts: what is on their platters, and the power they hang on.
package struct SimulatedStore {
    package let format: PoolFormat
    package let disks: [SimulatedFiles]
    package let power: SimulatedPower
    package let time: SimulatedTime
    /// How often the machine was started before: each start gets a later clock and other random numbers.
    package let startCount: UInt64

    private init(
        _ format: PoolFormat,
        startCount: UInt64,
        tick: Duration = .zero,
        disks makeDisk: (Int, SimulatedTime, SimulatedPower) -> SimulatedFiles
    ) {
        let power = SimulatedPower()
        let time = Self.clock(startCount, tick)
        self.format = format
        self.startCount = startCount
        self.power = power
        self.time = time
        disks = (0..<format.driveCount).map { makeDisk($0, time, power) }
    }

    private static func clock(_ startCount: UInt64, _ tick: Duration) -> SimulatedTime {
        SimulatedTime(start: Timestamp(seconds: 1_750_000_000 + Int64(startCount) * 1000), tick: tick)
    }

    /// Formatted drives with nothing on them.
    package static func formatted(driveCount: Int) throws -> Self {
        let layout = PoolLayout(drivePaths: (1...driveCount).map { "/drive\($0)" }, setSize: driveCount)
        let format = PoolFormat(for: layout, randomness: SeededRandomness(seed: 0))
        let store = Self(format, startCount: 0) { _, time, power in SimulatedFiles(time: time, power: power) }
        try store.simulate(seed: 0) {
            for index in store.disks.indices {
                let drive = try await LocalDrive.format(
                    DriveFolder(files: store.disks[index], endpoint: "drive \(index)"),
                    format.driveFormat(setIndex: 0, driveIndex: index).encoded(),
                    id: format.sets[0][index],
                    lane: SimulatedLane(),
                    committer: SimulatedCommitter(store.disks[index]),
                    time: store.time,
                    randomness: store.randomness(ofDrive: index),
                    configuration: Self.configuration
                )
                await drive.close()
            }
        }
        return store
    }

    /// The machine started again after a clean stop.
    ///
    /// - Parameter tick: how far each look at its clock moves it.
    package func restarted(tick: Duration = .zero) -> Self {
        Self(format, startCount: startCount + 1, tick: tick) { disks[$0].copy(time: $1, power: $2) }
    }

    /// The same machine once more, not started yet.
    package func copy() -> Self {
        Self(format, startCount: startCount) { disks[$0].copy(time: $1, power: $2) }
    }

    /// The machine started again after a power cut at this moment. The seed decides what each platter has;
    /// seeds 0 and 1 are the plain cases: nothing unsynced is kept, everything is.
    package func crashed(seed: UInt64) -> Self {
        var random = SeededGenerator(seed: seed)
        return Self(format, startCount: startCount + 1) { index, time, power in
            let own = seed < 2 ? seed : random.next()
            return disks[index].crashed(seed: own, time: time, power: power)
        }
    }

    /// Runs `body` and all that it starts in the order that the seed decides.
    @discardableResult
    package func simulate<Answer: Sendable>(
        seed: UInt64,
        _ body: @escaping @Sendable () async throws -> Answer
    ) throws -> Answer {
        let executor = SimulationExecutor(seed: seed, time: time)
        defer { executor.drain() }
        return try executor.run {
            try await TaskExecution.$preferred.withValue(executor) { try await body() }
        }
    }

    /// Opens all drives and an engine on them; nothing is recovered yet.
    package func open() async throws -> RunningStore {
        var drives: [LocalDrive<SimulatedFiles>] = []
        let lanes = disks.map { _ in SimulatedLane() }
        for index in disks.indices {
            let drive = try await LocalDrive.open(
                DriveFolder(files: disks[index], endpoint: "drive \(index)"),
                id: format.sets[0][index],
                lane: lanes[index],
                committer: SimulatedCommitter(disks[index]),
                time: time,
                randomness: randomness(ofDrive: index),
                configuration: Self.configuration
            )
            drives.append(drive)
        }
        let engine = Engine(
            format: format,
            slots: drives.enumerated().map { DriveSlot(position: $0, endpoint: $1.endpoint, drive: $1) },
            parity: try StorageClassParity(setSize: format.setSize),
            options: Self.options,
            locks: LocalLocks(),
            memory: BlockPool(budget: 32 << 20, time: time),
            time: time,
            randomness: SeededRandomness(seed: 1_000_000 + startCount)
        )
        return RunningStore(engine: engine, drives: drives, lanes: lanes)
    }

    private func randomness(ofDrive index: Int) -> SeededRandomness {
        SeededRandomness(seed: 2_000_000 + startCount * 1000 + UInt64(index))
    }

    private static var configuration: DriveConfiguration {
        var configuration = DriveConfiguration()
        configuration.tidyDelay = nil
        // So low that the shards of a large object are synced on their way.
        configuration.streamedSyncSize = 64 << 10
        return configuration
    }

    private static var options: Engine.Options {
        var options = Engine.Options()
        options.inlineSizeMax = 1024
        return options
    }
}

/// An engine and its drives.
package struct RunningStore: Sendable {
    package let engine: Engine
    package let drives: [LocalDrive<SimulatedFiles>]
    package let lanes: [SimulatedLane]

    /// A clean stop.
    package func close() async {
        await engine.settle()
        for drive in drives { await drive.close() }
    }
}
