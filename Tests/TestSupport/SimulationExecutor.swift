import Base

/// Runs tasks one job at a time on the calling thread; which of the ready ones is next, the seed decides. So
/// a whole run follows from its seed, as long as nothing in it asks another executor, clock or thread.
package final class SimulationExecutor: TaskExecutor {
    private struct State {
        var ready: [UnownedJob] = []
        var random: SeededGenerator
        var jobCount = 0
    }

    private let state: Locked<State>
    private let time: SimulatedTime

    package init(seed: UInt64, time: SimulatedTime) {
        state = Locked(State(random: SeededGenerator(seed: seed)))
        self.time = time
    }

    /// Jobs run so far: the same in every run of a seed.
    package var jobCount: Int { state.withLock { $0.jobCount } }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    /// Runs `body` and everything it starts to the end of `body`. When every task waits, time goes on to the
    /// next one that sleeps.
    package func run<Answer: Sendable>(
        _ body: @escaping @Sendable () async throws -> Answer
    ) throws -> Answer {
        let result = Locked<Result<Answer, any Error>?>(nil)
        Task(executorPreference: self) {
            do {
                let answer = try await body()
                result.withLock { $0 = .success(answer) }
            } catch {
                result.withLock { $0 = .failure(error) }
            }
        }
        while true {
            if let job = next() {
                job.runSynchronously(on: asUnownedTaskExecutor())
            } else if let result = result.withLock({ $0 }) {
                return try result.get()
            } else if !time.advanceToNextSleeper() {
                preconditionFailure("every task waits, and nothing is left that could happen")
            }
        }
    }

    /// Runs what is left until nothing happens any more, however long anybody sleeps.
    package func drain() {
        while true {
            if let job = next() {
                job.runSynchronously(on: asUnownedTaskExecutor())
            } else if !time.advanceToNextSleeper() {
                return
            }
        }
    }

    private func next() -> UnownedJob? {
        state.withLock { state in
            guard !state.ready.isEmpty else { return nil }
            state.jobCount += 1
            return state.ready.remove(at: Int.random(in: 0..<state.ready.count, using: &state.random))
        }
    }
}
