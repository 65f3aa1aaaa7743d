import Synchronization

/// How many connections all loops of a server have open.
final class ConnectionCount: Sendable {
    private let count = Atomic<Int>(0)
    private let max: Int

    init(max: Int) { self.max = max }

    var present: Int { count.load(ordering: .relaxed) }

    /// - Returns: whether there was room for one more.
    func enter() -> Bool {
        let (_, now) = count.wrappingAdd(1, ordering: .relaxed)
        guard now > max else { return true }
        leave()
        return false
    }

    func leave() { count.wrappingSubtract(1, ordering: .relaxed) }
}
