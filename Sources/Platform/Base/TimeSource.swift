/// Where a module below Service gets the time from, so that a test can give it another.
package protocol TimeSource: Sendable {
    /// The wall clock. May jump in either direction.
    var now: Timestamp { get }
    /// Time since some fixed moment; never jumps.
    var elapsed: Duration { get }
    /// Suspends the task, blocks no thread; returns early, without an error, when the task is cancelled.
    func sleep(for duration: Duration) async
}

/// The kernel's clocks.
package struct SystemTime: TimeSource {
    private static let start = ContinuousClock.now

    package init() {}

    package var now: Timestamp {
        // A wall clock without Foundation: the unit of `clock_gettime` is already ours.
        Timestamp(nanoseconds: wallClockNanoseconds())
    }

    package var elapsed: Duration { ContinuousClock.now - Self.start }

    package func sleep(for duration: Duration) async {
        // Cancellation is the only failure, and waking early is what a cancelled sleeper wants.
        try? await Task.sleep(for: duration)
    }
}
