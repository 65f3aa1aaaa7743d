/// How many drives an erasure set gets.
package enum SetSize {
    private static let automatic = 2...16
    private static let explicit = 2...PoolFormat.setSizeMax

    /// The set size for a pool.
    ///
    /// - Parameters:
    ///   - driveCount: all drives of the pool, at least 1. A single drive is a set of its own.
    ///   - hostCount: the length of the left-most range of the pool's argument, over whose members
    ///     every set is spread evenly; `nil` when the drives were listed one by one.
    ///   - requested: the operator's SET_DRIVE_COUNT, which need not be symmetric.
    ///
    /// Without a request it is the largest size of 2...16 that divides the drives and spreads evenly.
    ///
    /// - Throws: ``TopologyError``.
    package static func choose(
        driveCount: Int,
        hostCount: Int? = nil,
        requested: Int? = nil
    ) throws(TopologyError) -> Int {
        precondition(driveCount > 0)
        if let requested {
            if requested == 1, driveCount == 1 { return 1 }
            guard explicit.contains(requested) else { throw .setSizeOutOfRange(setSize: requested) }
            guard driveCount.isMultiple(of: requested) else {
                throw .setSizeDoesNotDivide(setSize: requested, driveCount: driveCount)
            }
            return requested
        }
        if driveCount == 1 { return 1 }
        let divisors = automatic.filter { driveCount.isMultiple(of: $0) }
        guard !divisors.isEmpty else { throw .noSetSize(driveCount: driveCount) }
        guard let largest = divisors.last(where: { isSymmetric($0, hostCount: hostCount) }) else {
            throw .noSymmetricSetSize(driveCount: driveCount)
        }
        return largest
    }

    private static func isSymmetric(_ size: Int, hostCount: Int?) -> Bool {
        guard let hostCount else { return true }
        return hostCount > size ? hostCount.isMultiple(of: size) : size.isMultiple(of: hostCount)
    }
}
