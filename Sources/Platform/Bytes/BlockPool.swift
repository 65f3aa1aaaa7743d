package import Base

/// The memory that all transfers together may use.
///
///     budget  ├──────────── everybody ───────────┼─ small ─┼─ small and not to be grown ─┤
///
/// Blocks come in a few sizes, powers of two from 16 KiB to 32 MiB plus ``slack``. A borrower who finds the budget spent
/// waits in line, first come first served, until memory returns or its deadline passes. An eighth of the
/// budget is kept for requests of at most ``smallSizeMax``, and half of that for those whose block will not be
/// exchanged for a larger one, so that large transfers which stall, as many as they are, cannot keep a small
/// request from running.
package final class BlockPool: Sendable {
    package enum Failure: Error, Equatable {
        /// No memory came free before the deadline.
        case exhausted
    }

    /// Bytes that every block has beyond its power of two: room for the digests that lie between the
    /// shards of a block of that size.
    package static let slack = 4096
    /// A body of 64 KiB with as much parity is small.
    package static let smallSizeMax = 128 << 10 + slack
    /// Blocks of objects from 2020, which have 10 MiB, fit with as much parity.
    package static let sizeMax = 32 << 20 + slack
    private static let sizeMin = 16 << 10 + slack

    private struct Waiter {
        let number: UInt64
        let size: Int
        let willGrow: Bool
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var used = 0
        var free: [Int: [UnsafeMutableRawPointer]] = [:]
        var freeSize = 0
        var waiters: [Waiter] = []
        var nextNumber: UInt64 = 0
        var usedMax = 0
    }

    /// Bytes that may be out at the same time.
    package let budget: Int
    private let smallReserve: Int
    private let time: any TimeSource
    private let state = Locked(State())

    package init(budget: Int, time: any TimeSource) {
        precondition(budget >= 4 << 20, "a pool must hold at least one transfer")
        self.budget = budget
        smallReserve = budget / 8
        self.time = time
    }

    deinit {
        state.withLock { state in
            for (_, memories) in state.free { for memory in memories { memory.deallocate() } }
        }
    }

    /// Bytes borrowed now, and the most that ever were.
    package var usage: (used: Int, usedMax: Int) { state.withLock { ($0.used, $0.usedMax) } }

    /// Borrows a block of at least `size` bytes (1...``sizeMax``), waiting for memory at most `patience`.
    ///
    /// - Parameter willGrow: the block will be held while a larger one is waited for.
    package func borrow(
        _ size: Int,
        patience: Duration,
        willGrow: Bool = false
    ) async throws(Failure) -> Block {
        if let block = borrowIfFree(size, willGrow: willGrow) { return block }
        let blockSize = Self.blockSize(for: size)
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        let timer = Locked<Task<Void, Never>?>(nil)
        let granted = await withCheckedContinuation { continuation in
            let waiter = Waiter(
                number: number,
                size: blockSize,
                willGrow: willGrow,
                continuation: continuation
            )
            guard enqueue(waiter) else { return }
            // Not before it stands in line: a timer that went off then would find nobody to send away.
            let task = Task {
                await time.sleep(for: patience)
                self.giveUp(number)
            }
            timer.withLock { $0 = task }
        }
        timer.withLock { $0 }?.cancel()
        guard granted else { throw .exhausted }
        return Block(memory: memory(of: blockSize), capacity: blockSize, of: self)
    }

    /// A block at once or not at all; never overtakes those who wait.
    package func borrowIfFree(_ size: Int, willGrow: Bool = false) -> Block? {
        let blockSize = Self.blockSize(for: size)
        let granted = state.withLock { state in
            guard state.waiters.isEmpty || blockSize <= Self.smallSizeMax,
                fits(blockSize, willGrow: willGrow, in: state)
            else { return false }
            account(blockSize, in: &state)
            return true
        }
        return granted ? Block(memory: memory(of: blockSize), capacity: blockSize, of: self) : nil
    }

    private static func blockSize(for size: Int) -> Int {
        precondition((1...sizeMax).contains(size))
        var blockSize = sizeMin - slack
        while blockSize + slack < size { blockSize <<= 1 }
        return blockSize + slack
    }

    private func fits(_ blockSize: Int, willGrow: Bool, in state: State) -> Bool {
        let kept = blockSize > Self.smallSizeMax ? smallReserve : willGrow ? smallReserve / 2 : 0
        return state.used + blockSize <= budget - kept
    }

    private func account(_ blockSize: Int, in state: inout State) {
        state.used += blockSize
        state.usedMax = max(state.usedMax, state.used)
    }

    /// - Returns: whether it has to wait.
    private func enqueue(_ waiter: Waiter) -> Bool {
        let granted = state.withLock { state in
            guard state.waiters.isEmpty || waiter.size <= Self.smallSizeMax,
                fits(waiter.size, willGrow: waiter.willGrow, in: state)
            else {
                state.waiters.append(waiter)
                return false
            }
            account(waiter.size, in: &state)
            return true
        }
        if granted { waiter.continuation.resume(returning: true) }
        return !granted
    }

    private func giveUp(_ number: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters.firstIndex(where: { $0.number == number }) else { return nil }
            return state.waiters.remove(at: index)
        }
        waiter?.continuation.resume(returning: false)
    }

    private func memory(of blockSize: Int) -> UnsafeMutableRawPointer {
        let kept = state.withLock { state -> UnsafeMutableRawPointer? in
            guard let memory = state.free[blockSize]?.popLast() else { return nil }
            state.freeSize -= blockSize
            return memory
        }
        return kept ?? .allocate(byteCount: blockSize, alignment: Block.alignment)
    }

    func take(back memory: UnsafeMutableRawPointer, capacity: Int) {
        let (granted, kept) = state.withLock { state -> ([Waiter], Bool) in
            state.used -= capacity
            let keeps = state.used + state.freeSize + capacity <= budget
            if keeps {
                state.free[capacity, default: []].append(memory)
                state.freeSize += capacity
            }
            return (grant(in: &state), keeps)
        }
        if !kept { memory.deallocate() }
        for waiter in granted { waiter.continuation.resume(returning: true) }
    }

    /// Those at the head of the line who fit now; small ones may pass a large one that does not.
    private func grant(in state: inout State) -> [Waiter] {
        var granted: [Waiter] = []
        var largeMustWait = false
        var index = 0
        while index < state.waiters.count {
            let waiter = state.waiters[index]
            let isSmall = waiter.size <= Self.smallSizeMax
            if (isSmall || !largeMustWait) && fits(waiter.size, willGrow: waiter.willGrow, in: state) {
                account(waiter.size, in: &state)
                granted.append(state.waiters.remove(at: index))
                continue
            }
            if !isSmall { largeMustWait = true }
            index += 1
        }
        return granted
    }
}
