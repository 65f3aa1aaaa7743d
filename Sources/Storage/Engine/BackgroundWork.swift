import Base
import Drives

/// What drives still have to do after a request was answered: letting go of replaced files, taking back what
/// missed its quorum. A clean stop waits for it; after a crash the open transactions on the drives say the same.
final class BackgroundWork: Sendable {
    private struct Waiter {
        let number: UInt64
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
    func settle() async { await settle { _ in } }

    /// The same, but not for longer than `limit`: a drive that hangs may never end what it has to do.
    func settle(within limit: Duration, _ deadlines: Deadlines) async {
        let deadline = Locked<UInt64?>(nil)
        await settle { number in
            let entry = deadlines.after(limit) { self.giveUp(number) }
            deadline.withLock { $0 = entry }
        }
        if let entry = deadline.withLock({ $0 }) { deadlines.cancel(entry) }
    }

    /// - Parameter onWait: told the waiter's number if there is anything to wait for.
    private func settle(_ onWait: (UInt64) -> Void) async {
        await withCheckedContinuation { continuation in
            let number = state.withLock { state -> UInt64? in
                guard !state.running.isEmpty else { return nil }
                state.nextNumber += 1
                state.waiters.append(
                    Waiter(number: state.nextNumber, awaited: state.running, continuation: continuation)
                )
                return state.nextNumber
            }
            if let number { onWait(number) } else { continuation.resume() }
        }
    }

    private func giveUp(_ number: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters.firstIndex(where: { $0.number == number }) else { return nil }
            return state.waiters.remove(at: index)
        }
        waiter?.continuation.resume()
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
