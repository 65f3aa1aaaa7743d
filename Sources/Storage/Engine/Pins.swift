import Base
import Drives

/// The data directories that readers are in the middle of. A change may replace their version at any time; the
/// files go when the last reader has.
final class Pins: Sendable {
    struct Key: Hashable {
        let path: ObjectPath
        let dataDirectory: UUID
    }

    private struct State {
        var readerCount = 0
        var onLastRelease: [@Sendable () -> Void] = []
    }

    private let states = Locked<[Key: State]>([:])

    func pin(_ key: Key) {
        states.withLock { $0[key, default: State()].readerCount += 1 }
    }

    func unpin(_ key: Key) {
        let actions = states.withLock { states -> [@Sendable () -> Void] in
            guard var state = states[key] else { preconditionFailure("a version was unpinned twice") }
            state.readerCount -= 1
            states[key] = state.readerCount > 0 ? state : nil
            return state.readerCount > 0 ? [] : state.onLastRelease
        }
        for action in actions { action() }
    }

    /// Runs `action` now if nobody reads any of them, else after the last reader.
    func whenUnpinned(_ keys: Set<Key>, _ action: @escaping @Sendable () -> Void) {
        guard let key = keys.first else { return action() }
        let rest = keys.subtracting([key])
        whenUnpinned(key) { self.whenUnpinned(rest, action) }
    }

    private func whenUnpinned(_ key: Key, _ action: @escaping @Sendable () -> Void) {
        let isFree = states.withLock { states in
            states[key]?.onLastRelease.append(action) == nil
        }
        if isFree { action() }
    }
}
