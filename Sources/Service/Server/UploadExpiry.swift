internal import Base
internal import Configuration
internal import Engine
internal import Telemetry

/// Ends uploads that nobody completes, as often and as late as the settings say.
final class UploadExpiry: Sendable {
    private struct Pace: Equatable {
        let expiry: Duration
        let interval: Duration
    }

    private struct State {
        var pace: Pace?
        var task: Task<Void, Never>?
        var isStopped = false
    }

    private let engine: Engine
    private let logger: Logger
    private let time: any TimeSource
    private let state = Locked(State())

    init(_ engine: Engine, _ logger: Logger, time: any TimeSource = SystemTime()) {
        (self.engine, self.logger, self.time) = (engine, logger, time)
    }

    /// Begins to wait anew if the settings say something new.
    func follow(_ settings: ServerSettings) {
        let pace = Pace(expiry: settings.staleUploadsExpiry, interval: settings.staleUploadsCleanupInterval)
        let former = state.withLock { state -> Task<Void, Never>? in
            guard state.pace != pace, !state.isStopped else { return nil }
            let former = state.task
            (state.pace, state.task) = (pace, Task { await self.run(pace) })
            return former
        }
        former?.cancel()
    }

    /// Whatever is followed afterwards begins nothing.
    /// For good.
    func stop() {
        let task = state.withLock { state in
            state.isStopped = true
            return state.task
        }
        task?.cancel()
    }

    private func run(_ pace: Pace) async {
        while !Task.isCancelled {
            await time.sleep(for: pace.interval)
            if Task.isCancelled { return }
            do throws(EngineError) {
                let limit = time.now + (.zero - pace.expiry)
                let count = try await engine.removeStaleUploads(begunBefore: limit)
                if count > 0 { logger.info("stale uploads were removed", ["count": .count(count)]) }
            } catch {
                logger.warning("stale uploads could not be looked for", ["reason": .of(error)])
            }
        }
    }
}
