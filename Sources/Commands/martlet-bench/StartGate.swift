import Glibc

/// Lets the clients of a workload begin together.
///
/// Whoever opens it writes `start` between the two barriers, the others read it behind the second.
final class StartGate: @unchecked Sendable {
    private let arrival: UnsafeMutablePointer<pthread_barrier_t>
    private let departure: UnsafeMutablePointer<pthread_barrier_t>
    private var start = ContinuousClock.now

    /// Waits for `count` clients.
    init(count: Int) {
        precondition(count > 0)
        arrival = Self.barrier(count + 1)
        departure = Self.barrier(count + 1)
    }

    deinit {
        for barrier in [arrival, departure] {
            pthread_barrier_destroy(barrier)
            barrier.deallocate()
        }
    }

    /// For each client: blocks until the gate is open.
    ///
    /// - Returns: the moment from which everybody counts.
    func pass() -> ContinuousClock.Instant {
        pthread_barrier_wait(arrival)
        pthread_barrier_wait(departure)
        return start
    }

    /// Blocks until all clients have come, calls `before`, and lets them go.
    func open<Answer>(_ before: () -> Answer) -> (answer: Answer, start: ContinuousClock.Instant) {
        pthread_barrier_wait(arrival)
        let answer = before()
        start = .now
        let moment = start
        pthread_barrier_wait(departure)
        return (answer, moment)
    }

    private static func barrier(_ count: Int) -> UnsafeMutablePointer<pthread_barrier_t> {
        let barrier = UnsafeMutablePointer<pthread_barrier_t>.allocate(capacity: 1)
        barrier.initialize(to: pthread_barrier_t())
        let result = pthread_barrier_init(barrier, nil, UInt32(count))
        precondition(result == 0)
        return barrier
    }
}
