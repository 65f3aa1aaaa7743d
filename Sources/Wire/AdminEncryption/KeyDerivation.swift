package import Files

/// A gate in front of work that turns passwords into keys: costly on purpose, so that few pieces run at once and
/// the others wait, suspended, in the order they came.
///
/// Work runs on threads of its own. A server has one gate; each place in it may hold 64 MiB that belong to no
/// other budget.
package struct KeyDerivation: Sendable {
    private let lane: any Lane

    /// - Parameter concurrentMax: pieces of work that run at once.
    /// - Parameter waitingMax: pieces that may wait for their turn; further ones are refused at once.
    package init(concurrentMax: Int = 2, waitingMax: Int = 64) {
        lane = ThreadLane(name: "key-derivation", threadCount: concurrentMax, waitingMax: waitingMax)
    }

    /// - Parameter lane: runs the work; its threads are how many pieces run at once.
    package init(lane: any Lane) { self.lane = lane }

    /// Runs `work` when its turn has come and returns what it returned, back on the caller's executor.
    ///
    /// - Throws: ``AdminEncryptionError/tooManyDerivations`` or ``AdminEncryptionError/cancelled``; `work` did not
    ///   run and will not. Work that has begun is waited for.
    package func run<Answer: Sendable>(
        _ work: @escaping @Sendable () -> Answer
    ) async throws(AdminEncryptionError) -> Answer {
        if let answer = await lane.run(work) { return answer }
        throw Task.isCancelled ? .cancelled : .tooManyDerivations
    }
}
