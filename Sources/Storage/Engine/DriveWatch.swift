import Base
import Drives
import Files
import Topology

/// Brings drives back: opens, every few seconds, those that are missing or were taken out of service.
///
/// Only a folder with the format and the id of its place gets in. An empty or foreign one stays out.
package final class DriveWatch: Sendable {
    /// What an operator should know; each once for as long as it lasts.
    package enum Event: Sendable, Equatable {
        case lost(endpoint: String, reason: String)
        case returned(endpoint: String)
        case stillOut(endpoint: String, reason: String)
    }

    /// Between attempts at settings of buckets that could not be read, whatever the drives do.
    private static let rereadInterval = Duration.seconds(30)

    private let opening: EngineOpening
    private let engine: Engine
    private let format: PoolFormat
    private let time: any TimeSource
    private let report: @Sendable (Event) -> Void
    /// What was last said of each slot.
    private let said = Locked<[String: String]>([:])

    init(
        opening: EngineOpening,
        engine: Engine,
        format: PoolFormat,
        time: any TimeSource,
        report: @escaping @Sendable (Event) -> Void
    ) {
        self.opening = opening
        self.engine = engine
        self.format = format
        self.time = time
        self.report = report
    }

    /// Runs until the task is cancelled.
    package func run(every interval: Duration = .seconds(2)) async {
        var reread = time.elapsed
        while !Task.isCancelled {
            await time.sleep(for: interval)
            if time.elapsed - reread >= Self.rereadInterval {
                await engine.rereadUnknownBuckets()
                reread = time.elapsed
            }
            for set in engine.allSets {
                for slot in set.slots { await look(after: slot, in: set) }
            }
        }
    }

    private func look(after slot: DriveSlot, in set: ErasureSet) async {
        guard let reason = slot.vacancy else {
            if slot.online == nil { say(slot, "does not answer", { .lost(endpoint: $0, reason: $1) }) }
            return
        }
        say(slot, reason, { .lost(endpoint: $0, reason: $1) })
        slot.detach()
        do throws(DriveReturnError) {
            let driveID = format.sets[set.setIndex][slot.position]
            let drive = try await opening.reopen(slot.endpoint, driveID: driveID, format: format)
            guard await engine.bringBack(drive, to: slot) else {
                throw DriveReturnError(reason: "does not say what it has open")
            }
            said.withLock { $0[slot.endpoint] = nil }
            report(.returned(endpoint: slot.endpoint))
        } catch {
            say(slot, error.reason, { .stillOut(endpoint: $0, reason: $1) })
        }
    }

    private func say(_ slot: DriveSlot, _ reason: String, _ event: (String, String) -> Event) {
        let isNew = said.withLock { said in
            defer { said[slot.endpoint] = reason }
            return said[slot.endpoint] != reason
        }
        if isNew { report(event(slot.endpoint, reason)) }
    }
}

/// Why a drive does not come back yet.
struct DriveReturnError: Error {
    let reason: String
}

extension EngineOpening {
    /// Opens the drive of a place again.
    func reopen(
        _ path: String,
        driveID: UUID,
        format: PoolFormat
    ) async throws(DriveReturnError) -> any Drive {
        // A thread of its own: opening blocks for as long as the hardware likes.
        let lane = ThreadLane(name: "reopen", threadCount: 1, waitingMax: 1)
        let result = await lane.run { () -> Result<DriveFolder<PosixFiles>, DriveFolderError> in
            do throws(DriveFolderError) { return .success(try DriveFolder.open(path)) } catch {
                return .failure(error)
            }
        }
        let folder: DriveFolder<PosixFiles>
        switch result {
        case .success(let opened)?: folder = opened
        case .failure(let error)?: throw DriveReturnError(reason: "\(error)")
        case nil: throw DriveReturnError(reason: "the watch ends")
        }
        let found: DriveFormat?
        do { found = try Self.format(of: folder) } catch { throw DriveReturnError(reason: "\(error)") }
        guard let found else {
            throw DriveReturnError(reason: "not formatted: replacing a drive is not built yet")
        }
        guard found.pool == format, found.driveID == driveID else {
            throw DriveReturnError(reason: "another drive is in its place")
        }
        do throws(DriveError) {
            return try await openDrive(folder, id: driveID)
        } catch { throw DriveReturnError(reason: "\(error)") }
    }
}
