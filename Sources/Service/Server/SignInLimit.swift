internal import Base
internal import Policy

/// Counts failed sign-ins, so that nobody can go on guessing. Any number of tasks may use it at once.
///
/// What is counted is failures of one address (of one /64 network in IPv6) with one access key: other users behind the
/// same address are let in. All keys that do not exist count as one, and so do all names of a directory, all tokens of
/// providers and all certificates of clients. Who has failed too often is turned away unheard, with the right signature
/// too, until the failures of the running and of the last minute are fewer again.
///
/// Memory is bounded: a minute that sees more sources than it can hold is ended early.
final class SignInLimit: Sendable {
    fileprivate struct Key: Hashable {
        let network: IPNetwork?
        /// Empty for one that does not exist.
        let accessKey: String
    }

    fileprivate struct State {
        var current: [Key: Int] = [:]
        var previous: [Key: Int] = [:]
        var started: Duration
    }

    static let window = Duration.seconds(60)
    private let failuresMax: Int
    private let sourcesMax: Int
    private let time: any TimeSource
    private let state: Locked<State>

    /// - Parameters:
    ///   - failuresMax: within a minute; 0 for any number.
    ///   - sourcesMax: how many are remembered in a minute.
    init(failuresMax: Int, sourcesMax: Int = 10_000, time: any TimeSource) {
        precondition(failuresMax >= 0 && sourcesMax > 0)
        (self.failuresMax, self.sourcesMax, self.time) = (failuresMax, sourcesMax, time)
        state = Locked(State(started: time.elapsed))
    }

    /// - Parameter accessKey: `nil` for one that does not exist.
    func isReached(by address: String, accessKey: String?) -> Bool {
        guard failuresMax > 0 else { return false }
        let (key, now) = (Self.key(address, accessKey), time.elapsed)
        return state.withLock { state in
            state.advance(to: now)
            return state.count(of: key) >= failuresMax
        }
    }

    func recordFailure(of address: String, accessKey: String?) {
        guard failuresMax > 0 else { return }
        let (key, now) = (Self.key(address, accessKey), time.elapsed)
        state.withLock { state in
            state.advance(to: now)
            state.add(key, sourcesMax: sourcesMax, at: now)
        }
    }

    /// Counts a failure that is not known to be one yet, unless there were too many.
    ///
    /// - Returns: whether it is counted; ``release(by:accessKey:)`` takes it back.
    func reserve(by address: String, accessKey: String?) -> Bool {
        guard failuresMax > 0 else { return true }
        let (key, now) = (Self.key(address, accessKey), time.elapsed)
        return state.withLock { state in
            state.advance(to: now)
            guard state.count(of: key) < failuresMax else { return false }
            state.add(key, sourcesMax: sourcesMax, at: now)
            return true
        }
    }

    /// Takes back what ``reserve(by:accessKey:)`` counted, if that is not forgotten yet.
    func release(by address: String, accessKey: String?) {
        guard failuresMax > 0 else { return }
        let (key, now) = (Self.key(address, accessKey), time.elapsed)
        state.withLock { state in
            state.advance(to: now)
            state.remove(key)
        }
    }

    /// For tests: entries in memory.
    var count: Int { state.withLock { $0.current.count + $0.previous.count } }

    private static func key(_ address: String, _ accessKey: String?) -> Key {
        Key(network: network(of: address), accessKey: accessKey ?? "")
    }

    /// Whose addresses count as one: of IPv6, anybody has as many as it likes.
    static func network(of address: String) -> IPNetwork? {
        let plain = String(address.prefix { $0 != "%" })
        return IPNetwork(plain.contains(":") ? plain + "/64" : plain)
    }
}

extension SignInLimit.State {
    fileprivate func count(of key: SignInLimit.Key) -> Int {
        current[key, default: 0] + previous[key, default: 0]
    }

    fileprivate mutating func add(_ key: SignInLimit.Key, sourcesMax: Int, at now: Duration) {
        if current[key] == nil, current.count >= sourcesMax { turn(at: now) }
        current[key, default: 0] += 1
    }

    fileprivate mutating func remove(_ key: SignInLimit.Key) {
        if let count = current[key] {
            current[key] = count > 1 ? count - 1 : nil
        } else if let count = previous[key] {
            previous[key] = count > 1 ? count - 1 : nil
        }
    }

    fileprivate mutating func advance(to now: Duration) {
        guard now - started >= SignInLimit.window else { return }
        if now - started >= SignInLimit.window * 2 { current = [:] }
        turn(at: now)
    }

    fileprivate mutating func turn(at now: Duration) {
        previous = current
        current = [:]
        started = now
    }
}
