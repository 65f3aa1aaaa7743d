package import Base
package import Bytes
package import Drives
import Files
import Locks
package import Topology

/// Why a store cannot be opened.
package enum EngineOpeningError: Error, Sendable {
    case drive(DriveFolderError)
    case topology(TopologyError)
    /// A drive that another deployment formatted.
    case foreignDrive(path: String)
    /// Folders that hold something, but no `format.json`, in a pool that is not formatted yet.
    case notEmpty(path: String)
    /// More than one pool.
    case severalPools(count: Int)
    case engine(EngineError)
    case formatting(path: String, DriveError)
    /// What is kept below `config/` for the start is there, or may be, and cannot be read.
    case keptSettings(reason: String)
}

/// What an operator wants opened.
package struct StorePlan: Sendable {
    /// As on the command line, ranges unexpanded.
    package var volumes: [String]
    package var setDriveCount: Int?
    /// `EC:N` or empty.
    package var standardClass = ""
    package var reducedClass = ""
    package var options = Engine.Options()
    /// A drive that has not answered for that long hangs.
    package var hangsAfter = Duration.seconds(10)
    /// May read the files below `config/`, and change classes and options by what they say. Called twice before any
    /// request: first with `false`, before what was under way on the drives is settled, so that it is settled by the
    /// quorums of its time, but what is read may be a change that was never acknowledged, and errors do not count; then with
    /// `true`. Returns what was read: where that is the same text, the plan is the same.
    package var revise:
        @Sendable (Engine, inout StorePlan, _ isSettled: Bool) async throws(EngineOpeningError) -> String = {
            _,
            _,
            _ in ""
        }

    package init(volumes: [String]) { self.volumes = volumes }
}

/// One drive at start: opened, waiting to be formatted, or out, and why.
package struct DriveReport: Sendable {
    package let path: String
    package let setIndex: Int
    package let position: Int
    /// `nil` when the drive is in service.
    package let problem: String?
}

/// A store that can be served.
package struct OpenStore: Sendable {
    package let engine: Engine
    package let drives: [DriveReport]
    package let recovery: RecoveryReport
    package let parity: StorageClassParity
    private let opening: EngineOpening
    private let format: PoolFormat

    fileprivate init(
        engine: Engine,
        drives: [DriveReport],
        recovery: RecoveryReport,
        parity: StorageClassParity,
        opening: EngineOpening,
        format: PoolFormat
    ) {
        self.engine = engine
        self.drives = drives
        self.recovery = recovery
        self.parity = parity
        self.opening = opening
        self.format = format
    }

    /// What brings drives back; see ``DriveWatch/run(every:)``.
    package func watch(
        time: any TimeSource = SystemTime(),
        report: @escaping @Sendable (DriveWatch.Event) -> Void
    ) -> DriveWatch {
        DriveWatch(opening: opening, engine: engine, format: format, time: time, report: report)
    }
}

/// Opens the drives of a store and what stands on them.
///
///     folders ─▶ all unformatted? ──yes──▶ format them all
///        │                no
///        └─▶ reference format by quorum ─▶ drives to their places ─▶ plan revised ─▶ recovery ─▶ plan revised ─▶ engine
package struct EngineOpening: Sendable {
    private let plan: StorePlan
    private let memory: BlockPool
    private let time: any TimeSource
    private let randomness: any Randomness
    private let observers: [any ObjectObserver]
    private let committers = CommitterRegistry()

    package init(
        _ plan: StorePlan,
        memory: BlockPool,
        time: any TimeSource = SystemTime(),
        randomness: any Randomness = SystemRandomness(),
        observers: [any ObjectObserver] = []
    ) {
        self.plan = plan
        self.memory = memory
        self.time = time
        self.randomness = randomness
        self.observers = observers
    }

    /// - Throws: what an operator has to mend before the store can be served.
    package func open() async throws(EngineOpeningError) -> OpenStore {
        let layout = try layout()
        var (folders, problems) = try openFolders(layout.drivePaths)
        if try makeMissingFolders(layout.drivePaths, folders) {
            folders = []
            (folders, problems) = try openFolders(layout.drivePaths)
        }
        let isFresh = folders.allSatisfy { folder in
            if case .unformatted? = folder?.content { true } else { false }
        }
        let (format, drives) =
            isFresh
            ? try await formatAll(folders.compactMap(\.self), layout)
            : try await openFormatted(folders, layout, &problems)
        let unsettled = await revisedUnsettled(try makeEngine(plan, format, drives, layout))
        var engine = try makeEngine(unsettled.plan, format, drives, layout)
        let recovery = try await recover(engine)
        var plan = plan
        if try await plan.revise(engine, &plan, true) != unsettled.text {
            await engine.settle()
            engine = try makeEngine(plan, format, drives, layout)
            // What could be settled is: this one learns which buckets there are.
            _ = try await recover(engine)
        }
        let reports = layout.drivePaths.indices.map { index in
            DriveReport(
                path: layout.drivePaths[index],
                setIndex: index / layout.setSize,
                position: index % layout.setSize,
                problem: problems[index]
            )
        }
        return OpenStore(
            engine: engine,
            drives: reports,
            recovery: recovery,
            parity: engine.allSets[0].parity,
            opening: self,
            format: format
        )
    }

    private func revisedUnsettled(
        _ engine: Engine
    ) async -> (plan: StorePlan, text: String?) {
        var revised = plan
        do throws(EngineOpeningError) {
            let text = try await plan.revise(engine, &revised, false)
            return (revised, text)
        } catch {
            // A change that was cut off may be why. Once it is settled, the error counts.
            return (plan, nil)
        }
    }

    private func recover(_ engine: Engine) async throws(EngineOpeningError) -> RecoveryReport {
        do { return try await engine.recover() } catch { throw .engine(error) }
    }

    private func openFolders(
        _ paths: [String]
    ) throws(EngineOpeningError) -> ([DriveFolder<PosixFiles>?], [String?]) {
        var folders: [DriveFolder<PosixFiles>?] = []
        var problems: [String?] = []
        for path in paths {
            do throws(DriveFolderError) {
                folders.append(try DriveFolder.open(path))
                problems.append(nil)
            } catch {
                if case .locked = error { throw .drive(error) }
                folders.append(nil)
                problems.append("\(error)")
            }
        }
        return (folders, problems)
    }

    /// Folders are made only for a store that does not exist yet: beside a formatted drive a missing folder is a
    /// drive that is not mounted.
    ///
    /// - Returns: whether any was made.
    private func makeMissingFolders(
        _ paths: [String],
        _ folders: [DriveFolder<PosixFiles>?]
    ) throws(EngineOpeningError) -> Bool {
        let isFresh = folders.allSatisfy { folder in
            if case .formatted? = folder?.content { false } else { true }
        }
        guard isFresh, folders.contains(where: { $0 == nil }) else { return false }
        for (path, folder) in zip(paths, folders) where folder == nil {
            do throws(FileError) { try PosixFiles.makeFolders(path) } catch {
                throw .drive(
                    .unreadable(path: path, call: error.call.description, code: error.code)
                )
            }
        }
        return true
    }

    private func layout() throws(EngineOpeningError) -> PoolLayout {
        let pools: [PoolLayout]
        do {
            pools = try PoolLayout.pools(volumes: plan.volumes, setSize: plan.setDriveCount)
        } catch { throw .topology(error) }
        guard pools.count == 1 else { throw .severalPools(count: pools.count) }
        return pools[0]
    }

    private func formatAll(
        _ folders: [DriveFolder<PosixFiles>],
        _ layout: PoolLayout
    ) async throws(EngineOpeningError) -> (PoolFormat, [(any Drive)?]) {
        for folder in folders {
            if case .unformatted(hasFiles: true) = folder.content { throw .notEmpty(path: folder.endpoint) }
        }
        let format = PoolFormat(for: layout, randomness: randomness)
        var drives: [(any Drive)?] = []
        for (index, folder) in folders.enumerated() {
            let own = format.driveFormat(
                setIndex: index / layout.setSize,
                driveIndex: index % layout.setSize
            )
            do {
                drives.append(
                    try await LocalDrive.format(
                        folder,
                        own.encoded(),
                        id: own.driveID,
                        lane: lane(folder.endpoint),
                        committer: try committer(folder),
                        time: time,
                        randomness: randomness,
                        configuration: configuration
                    )
                )
            } catch { throw .formatting(path: folder.endpoint, error) }
        }
        return (format, drives)
    }

    private func openFormatted(
        _ folders: [DriveFolder<PosixFiles>?],
        _ layout: PoolLayout,
        _ problems: inout [String?]
    ) async throws(EngineOpeningError) -> (PoolFormat, [(any Drive)?]) {
        var formats: [DriveFormat?] = []
        for (index, folder) in folders.enumerated() {
            do { formats.append(try folder.flatMap(Self.format(of:))) } catch {
                problems[index] = "\(error)"
                formats.append(nil)
            }
        }
        let reference: PoolFormat
        do { reference = try PoolFormat.reference(among: formats) } catch { throw .topology(error) }
        var drives = [(any Drive)?](repeating: nil, count: layout.drivePaths.count)
        for (index, folder) in folders.enumerated() {
            guard let folder, problems[index] == nil else { continue }
            guard let format = formats[index] else {
                problems[index] =
                    "unformatted in a formatted pool: replacing a drive is not built yet"
                continue
            }
            guard format.pool == reference, let place = reference.position(of: format.driveID) else {
                throw .foreignDrive(path: folder.endpoint)
            }
            let position = place.setIndex * layout.setSize + place.driveIndex
            do throws(DriveError) {
                drives[position] = try await openDrive(folder, id: format.driveID)
            } catch { problems[index] = "\(error)" }
        }
        return (reference, drives)
    }

    func openDrive(
        _ folder: DriveFolder<PosixFiles>,
        id: UUID
    ) async throws(DriveError) -> LocalDrive<PosixFiles> {
        try await LocalDrive.open(
            folder,
            id: id,
            lane: lane(folder.endpoint),
            committer: try committer(folder),
            time: time,
            randomness: randomness,
            configuration: configuration
        )
    }

    static func format(
        of folder: DriveFolder<PosixFiles>
    ) throws(TopologyError) -> DriveFormat? {
        switch folder.content {
        case .unformatted: nil
        case .formatted(let bytes): try DriveFormat(parsing: bytes)
        }
    }

    private var configuration: DriveConfiguration {
        var configuration = DriveConfiguration()
        configuration.patience = plan.hangsAfter
        return configuration
    }

    /// Few threads: a drive gains little from more, and what hangs should hang few.
    private func lane(_ endpoint: String) -> ThreadLane {
        let name = endpoint.split(separator: "/").last.map(String.init) ?? endpoint
        return ThreadLane(name: "drive \(name)", threadCount: 4, waitingMax: 4096)
    }

    private func committer(_ folder: DriveFolder<PosixFiles>) throws(DriveError) -> GroupCommitter {
        do { return try committers.committer(root: folder.endpoint) } catch {
            throw .failed(call: error.call.description, code: error.code)
        }
    }

    private func makeEngine(
        _ plan: StorePlan,
        _ format: PoolFormat,
        _ drives: [(any Drive)?],
        _ layout: PoolLayout
    ) throws(EngineOpeningError) -> Engine {
        let parity: StorageClassParity
        do throws(TopologyError) {
            parity = try StorageClassParity(
                setSize: layout.setSize,
                standard: plan.standardClass,
                reducedRedundancy: plan.reducedClass
            )
        } catch { throw .topology(error) }
        return Engine(
            format: format,
            slots: drives.enumerated().map { index, drive in
                DriveSlot(
                    position: index % layout.setSize,
                    endpoint: drive?.endpoint ?? layout.drivePaths[index],
                    drive: drive
                )
            },
            parity: parity,
            options: plan.options,
            locks: LocalLocks(),
            memory: memory,
            time: time,
            randomness: randomness,
            observers: observers
        )
    }
}
