import Base
import Drives

/// What drives still have to do after a request was answered: letting go of replaced files, taking back what
/// missed its quorum. A clean stop waits for it; after a crash the open transactions on the drives say the same.
final class BackgroundWork: Sendable {
    private struct Waiter {
        var awaited: Set<UInt64>
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var running: Set<UInt64> = []
        var nextNumber: UInt64 = 0
        var waiters: [Waiter] = []
    }

    private let state = Locked(State())

    func start(_ body: @escaping @Sendable () async -> Void) {
        let number = state.withLock { state in
            state.nextNumber += 1
            state.running.insert(state.nextNumber)
            return state.nextNumber
        }
        TaskExecution.start {
            await body()
            for waiter in self.end(number) { waiter.continuation.resume() }
        }
    }

    /// Tasks that wait in ``settle()``.
    var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// - Returns: those who waited for this one last.
    private func end(_ number: UInt64) -> [Waiter] {
        state.withLock { state in
            state.running.remove(number)
            for index in state.waiters.indices { state.waiters[index].awaited.remove(number) }
            let done = state.waiters.filter(\.awaited.isEmpty)
            state.waiters.removeAll(where: \.awaited.isEmpty)
            return done
        }
    }

    /// Returns when everything that was started before the call has ended. What is started meanwhile, as on a
    /// busy server something always is, is not waited for.
    func settle() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.running.isEmpty { return true }
                state.waiters.append(Waiter(awaited: state.running, continuation: continuation))
                return false
            }
            if isIdle { continuation.resume() }
        }
    }
}

extension ErasureSet {
    /// Tells the drives at `positions` something whose failure changes nothing for anybody now: the drive's open
    /// transaction stays, and the next start settles it. A drive that hangs is told too: what waits for it there must
    /// be known to be taken back before it wakes.
    func inBackground(
        at positions: [Int],
        _ call: @escaping @Sendable (any Drive) async throws(DriveError) -> Void,
        whenAllEnded: @escaping @Sendable () -> Void = {}
    ) {
        let drives = positions.compactMap { position in
            slots[position].attached.map { (slot: slots[position], drive: $0) }
        }
        guard !drives.isEmpty else { return whenAllEnded() }
        let remaining = Locked(drives.count)
        for (slot, drive) in drives {
            background.start {
                do throws(DriveError) { try await call(drive) } catch {
                    self.onBackgroundFailure(slot, error)
                }
                let isLast = remaining.withLock { remaining in
                    remaining -= 1
                    return remaining == 0
                }
                if isLast { whenAllEnded() }
            }
        }
    }
}
