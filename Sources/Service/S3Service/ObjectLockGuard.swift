package import Engine

/// Refuses to remove a version that is locked. Every removal of a version has to bring it: the engine knows nothing of
/// locks.
///
/// Asked under the key's lease with the version that is to go, so that no lock comes between.
package struct ObjectLockGuard: CommitGuard {
    private let engine: Engine
    private let bypassesGovernance: Bool

    /// - Parameter bypassesGovernance: whether the sender asks for that and has the right.
    package init(_ engine: Engine, bypassesGovernance: Bool) {
        (self.engine, self.bypassesGovernance) = (engine, bypassesGovernance)
    }

    package func review(
        _ proposal: inout ObjectMetadata?,
        over current: ObjectVersion?
    ) throws(CommitRefusal) {
        // Delete markers cannot be locked.
        guard let current, !current.isDeleteMarker else { return }
        let refusal = ObjectLockState(of: current).refusalOfDeletion(
            at: engine.now,
            bypassesGovernance: bypassesGovernance
        )
        if let refusal { throw refusal }
    }
}
