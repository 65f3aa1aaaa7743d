import Base
import Drives

/// What one drive answered.
typealias DriveResult<Answer> = Result<Answer, DriveError>

/// How long a question to several drives may take.
package struct Patience: Sendable {
    /// After enough drives have answered: how long the others are waited for.
    package var grace: Duration
    /// In all, when not enough answer.
    package var limit: Duration

    package init(grace: Duration, limit: Duration) {
        self.grace = grace
        self.limit = limit
    }
}

/// Whether the answers so far will do.
enum Verdict {
    case askOn
    /// They will do, but more are better: give the rest the grace period.
    case enough
    /// Nothing more is needed.
    case complete
}

/// Asks drives at the same time and waits until the answers will do, everybody has answered, or patience ends.
///
///     ask ─▶ drive 0 ──▶ answer ┐
///            drive 1 ──▶ answer ├─ verdict: enough ─▶ grace ─▶ answers, `nil` for who is late
///            drive 2 ──▶ answer ┘
///            drive 3 ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─▶ late(3, answer)
///
/// A request asks several times. A drive for which one question waited in vain is silent until it answers something,
/// and no other waits for it, so that a hung drive costs a request one grace period and most requests nothing.
///
/// - Parameters:
///   - slots: who is asked; one that is offline counts as having answered so.
///   - isRecovery: whether drives are asked that no request may see yet.
///   - givesUpLate: whether calls that nobody waits for any more are cancelled. A drive drops those that it has not
///     begun, with the memory that they hold.
///   - late: gets the answers that came after the return, so that nothing done on a drive goes unnoticed.
/// - Returns: an answer for each of `slots`, in their order.
func ask<Answer: Sendable>(
    _ slots: [DriveSlot],
    within patience: Patience,
    deadlines: Deadlines,
    isRecovery: Bool = false,
    givesUpLate: Bool = false,
    verdict: @escaping @Sendable ([DriveResult<Answer>?]) -> Verdict,
    late: @escaping @Sendable (DriveSlot, DriveResult<Answer>) -> Void = { _, _ in },
    _ question: @escaping @Sendable (DriveSlot, any Drive) async throws(DriveError) -> Answer
) async -> [DriveResult<Answer>?] {
    // Without a drive no answer would ever end the wait.
    guard !slots.isEmpty else { return [] }
    let gathering = Gathering(
        slots: slots,
        patience: patience,
        deadlines: deadlines,
        verdict: verdict
    )
    for (index, slot) in slots.enumerated() {
        guard let drive = isRecovery ? slot.recoverable : slot.online else {
            _ = gathering.record(index, .failure(.offline(slot.endpoint)))
            continue
        }
        let call = TaskExecution.start {
            let result: DriveResult<Answer>
            do throws(DriveError) {
                result = .success(try await question(slot, drive))
            } catch { result = .failure(error) }
            if !gathering.record(index, result) { late(slot, result) }
        }
        if givesUpLate { gathering.cancelAtEnd(call) }
    }
    return await gathering.results()
}

/// The answers while they come in.
private final class Gathering<Answer: Sendable>: Sendable {
    private struct State {
        var results: [DriveResult<Answer>?]
        /// Indices of those asked that have not answered.
        var outstanding: Set<Int>
        var isClosed = false
        var waiter: CheckedContinuation<[DriveResult<Answer>?], Never>?
        var limitDeadline: UInt64?
        var graceDeadline: UInt64?
        var calls: [Task<Void, Never>] = []
    }

    private let state: Locked<State>
    private let slots: [DriveSlot]
    private let patience: Patience
    private let deadlines: Deadlines
    private let verdict: @Sendable ([DriveResult<Answer>?]) -> Verdict

    init(
        slots: [DriveSlot],
        patience: Patience,
        deadlines: Deadlines,
        verdict: @escaping @Sendable ([DriveResult<Answer>?]) -> Verdict
    ) {
        state = Locked(
            State(results: Array(repeating: nil, count: slots.count), outstanding: Set(slots.indices))
        )
        self.slots = slots
        self.patience = patience
        self.deadlines = deadlines
        self.verdict = verdict
    }

    /// - Returns: whether the answer came in time.
    func record(_ index: Int, _ result: DriveResult<Answer>) -> Bool {
        if result.isAnswer { slots[index].isSilent = false }
        let (isInTime, mustClose) = state.withLock { state -> (Bool, Bool) in
            guard !state.isClosed else { return (false, false) }
            state.results[index] = result
            state.outstanding.remove(index)
            return (true, isOver(&state))
        }
        if mustClose { close() }
        return isInTime
    }

    /// Whether nobody needs to be waited for any more. Starts the grace period if it is time.
    private func isOver(_ state: inout State) -> Bool {
        guard !state.outstanding.isEmpty else { return true }
        switch verdict(state.results) {
        case .askOn: return false
        case .complete: return true
        case .enough where state.outstanding.allSatisfy { slots[$0].isSilent }: return true
        case .enough:
            if state.graceDeadline == nil {
                state.graceDeadline = deadlines.after(patience.grace) { self.giveUp() }
            }
            return false
        }
    }

    func results() async -> [DriveResult<Answer>?] {
        await withCheckedContinuation { continuation in
            let (results, mustClose) = state.withLock { state -> ([DriveResult<Answer>?]?, Bool) in
                if state.isClosed { return (state.results, false) }
                state.waiter = continuation
                state.limitDeadline = deadlines.after(patience.limit) { self.giveUp() }
                // What is known from elsewhere may do without any answer.
                return (nil, isOver(&state))
            }
            if let results { continuation.resume(returning: results) }
            if mustClose { close() }
        }
    }

    /// Somebody was waited for in vain.
    private func giveUp() {
        for index in state.withLock({ $0.isClosed ? [] : $0.outstanding }) { slots[index].isSilent = true }
        close()
    }

    /// Cancels the call when nobody waits for its answer any more, which may be now.
    func cancelAtEnd(_ call: Task<Void, Never>) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.calls.append(call) }
            return state.isClosed
        }
        if isClosed { call.cancel() }
    }

    private func close() {
        let (waiter, results, timers, calls) = state.withLock { state in
            let timers = [state.limitDeadline, state.graceDeadline].compactMap(\.self)
            let calls = state.outstanding.isEmpty ? [] : state.calls
            defer { (state.isClosed, state.waiter, state.calls) = (true, nil, []) }
            return (state.waiter, state.results, timers, calls)
        }
        for timer in timers { deadlines.cancel(timer) }
        for call in calls { call.cancel() }
        waiter?.resume(returning: results)
    }
}

extension Result where Failure == DriveError {
    /// Whether it is the drive's own word, not that of who stands in front of it.
    fileprivate var isAnswer: Bool {
        switch self {
        case .failure(.busy), .failure(.offline): false
        case .success, .failure: true
        }
    }
}

extension Sequence {
    /// How many drives did what they were asked.
    func successCount<Answer>() -> Int where Element == DriveResult<Answer>? {
        reduce(0) { count, result in
            if case .success = result { count + 1 } else { count }
        }
    }
}
