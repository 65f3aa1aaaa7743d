import Base
import Files

extension LocalDrive {
    /// Removes what finished transactions have left behind, and everything that is removable already.
    func tidy() async {
        if state.withLock({ !$0.finished.isEmpty }) {
            do throws(DriveError) { try await sync(.applied) } catch {
                // The drive is out of service now; what is left is found when it is opened again.
                return
            }
        }
        await purge(countMax: .max)
    }

    /// Removes some of what is removable.
    func purge(countMax: Int) async {
        let purges = state.withLock { state in
            let purges = Array(state.purgeable.prefix(countMax))
            state.purgeable.removeFirst(purges.count)
            if !purges.isEmpty { state.purgingCount += 1 }
            return purges
        }
        guard !purges.isEmpty else { return }
        defer { purgeEnded() }
        do throws(DriveError) {
            try await onLane(writes: true) { tree throws(DriveError) in
                for purge in purges {
                    for path in purge.paths { try tree.removeTree(path) }
                    if let record = purge.record { try tree.retireIntent(record) }
                }
            }
        } catch {
            // Removing twice is harmless. What stays for good is removed when the drive is opened again.
            state.withLock { $0.purgeable += purges }
        }
    }

    private func purgeEnded() {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.purgingCount -= 1
            guard state.purgingCount == 0 else { return [] }
            defer { state.purgeWaiters = [] }
            return state.purgeWaiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns when no call removes leftovers any more.
    private func purgesEnd() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.purgingCount > 0 { state.purgeWaiters.append(continuation) }
                return state.purgingCount == 0
            }
            if isIdle { continuation.resume() }
        }
    }

    /// Sees to it that the last leftovers go even if no other work comes along. One task a drive at most.
    func tidyLater() {
        guard let delay = configuration.tidyDelay else { return }
        let starts = state.withLock { state in
            guard !state.isTidying, !state.finished.isEmpty || !state.purgeable.isEmpty else { return false }
            state.isTidying = true
            return true
        }
        guard starts else { return }
        Task { [weak self, time] in
            await time.sleep(for: delay)
            guard let self else { return }
            state.withLock { $0.isTidying = false }
            await tidy()
        }
    }

    /// Leaves the drive as another server expects it: nothing is staged, and of finished transactions nothing
    /// is left. Those neither finished nor reverted are found at the next start. Later calls are refused.
    package func close() async {
        let staged = state.withLock { state in
            state.transactions.compactMap { id, transaction in
                if case .staging = transaction.phase { id } else { nil }
            }
        }
        for id in staged {
            // What cannot be removed now is removed at the next start.
            try? await revert(id)
        }
        await tidy()
        // Another call may have taken leftovers on before this one looked for them.
        await purgesEnd()
        // What cannot be removed now is removed at the next start.
        try? await onLane(writes: true) { tree throws(DriveError) in try tree.removeSpareIntents() }
        takeOffline("closed")
    }
}
