/// Threads that make the blocking calls of one drive, so that a drive that hangs costs nobody else.
package protocol Lane: Sendable {
    /// Runs `body` on a thread of the lane and returns what it returned, back on the caller's executor.
    ///
    /// - Returns: `nil`, at once, when too many calls wait already, or when the task is cancelled before a thread has
    ///   taken the call: `body` did not and will not run, and what it holds is let go. A call that has begun is
    ///   waited for.
    func run<Answer: Sendable>(_ body: @escaping @Sendable () -> Answer) async -> Answer?
}
