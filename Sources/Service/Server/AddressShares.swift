internal import Base
internal import Policy

/// Lets so many requests of one address (of one /64 network in IPv6) run at once; its next ones wait in line, and those
/// that are too many for the line are turned away. Remembers only addresses with requests under way.
final class AddressShares: Sendable {
    private struct Place {
        let gate: RequestGate
        /// Running and waiting.
        var count = 0
    }

    private let runningMax: Int
    private let presentMax: Int
    private let patience: Duration
    private let time: any TimeSource
    private let places = Locked<[IPNetwork?: Place]>([:])

    /// - Parameters:
    ///   - presentMax: how many requests of an address may run and wait.
    ///   - patience: how long one waits.
    init(runningMax: Int, presentMax: Int, patience: Duration, time: any TimeSource) {
        precondition(runningMax > 0 && presentMax >= runningMax)
        (self.runningMax, self.presentMax) = (runningMax, presentMax)
        (self.patience, self.time) = (patience, time)
    }

    /// - Returns: whether the request may run; it must ``leave(_:)`` then, and only then.
    func enter(_ address: String) async -> Bool {
        let network = SignInLimit.network(of: address)
        let gate = places.withLock { places -> RequestGate? in
            var place =
                places[network]
                ?? Place(gate: RequestGate(runningMax: runningMax, patience: patience, time: time))
            guard place.count < presentMax else { return nil }
            place.count += 1
            places[network] = place
            return place.gate
        }
        guard let gate else { return false }
        guard await gate.enter() else {
            forget(network)
            return false
        }
        return true
    }

    func leave(_ address: String) {
        let network = SignInLimit.network(of: address)
        places.withLock { $0[network]?.gate }?.leave()
        forget(network)
    }

    private func forget(_ network: IPNetwork?) {
        places.withLock { places in
            guard let count = places[network]?.count else { preconditionFailure("nobody of it is here") }
            if count > 1 { places[network]?.count = count - 1 } else { places[network] = nil }
        }
    }

    /// For tests: addresses in memory.
    var count: Int { places.withLock { $0.count } }
}
