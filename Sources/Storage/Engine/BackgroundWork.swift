import Base
import Drives

/// What drives still have to do after a request was answered: letting go of replaced files, taking back what
/// missed its quorum. A clean stop waits for it; after a crash the open transactions on the drives say the same.
final class BackgroundWork: Sendable {
    private struct State {
        var runningCount = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())

    func start(_ body: @escaping @Sendable () async -> Void) {
        state.withLock { $0.runningCount += 1 }
        TaskExecution.start {
            await body()
            let waiters = self.state.withLock { state -> [CheckedContinuation<Void, Never>] in
                state.runningCount -= 1
                guard state.runningCount == 0 else { return [] }
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.resume() }
        }
    }

    /// Returns when nothing runs any more.
    func settle() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.runningCount > 0 { state.waiters.append(continuation) }
                return state.runningCount == 0
            }
            if isIdle { continuation.resume() }
        }
    }
}

extension ErasureSet {
    /// Tells the drives at `positions` something whose failure changes nothing for anybody now: the drive's open
    /// transaction stays, and the next start settles it.
    func inBackground(
        at positions: [Int],
        _ call: @escaping @Sendable (any Drive) async throws(DriveError) -> Void
    ) {
        for position in positions {
            guard let drive = slots[position].online else { continue }
            background.start {
                do throws(DriveError) { try await call(drive) } catch {
                    self.onBackgroundFailure(self.slots[position], error)
                }
            }
        }
    }
}
