internal import AdminService
internal import Base
internal import Configuration

/// The settings in force: what was given at start, over what administrators keep on the drives. Tells whoever follows
/// them of each change; changes come one after another.
final class LiveSettings: Sendable {
    private struct State {
        var current: ServerSettings
        var followers: [@Sendable (ServerSettings) -> Void] = []
    }

    /// Of those a change is in force at once. The others are looked at once, at start.
    static let dynamicNames: Set<String> = [
        "API_REQUESTS_MAX", "API_STALE_UPLOADS_EXPIRY", "API_STALE_UPLOADS_CLEANUP_INTERVAL", "SCANNER_SPEED",
    ]

    private let given: ServerSettings
    private let state: Locked<State>

    init(given: ServerSettings, kept values: [StoredValue]) {
        self.given = given
        state = Locked(State(current: given.over(values)))
    }

    var current: ServerSettings { state.withLock { $0.current } }

    /// - Parameter follower: called at once with the settings in force, and again after each change, under a lock: must
    ///   neither wait nor ask for settings.
    func follow(_ follower: @escaping @Sendable (ServerSettings) -> Void) {
        state.withLock { state in
            state.followers.append(follower)
            follower(state.current)
        }
    }

    /// - Parameter values: all that are kept.
    func change(_ values: [StoredValue]) {
        let settings = given.over(values)
        state.withLock { state in
            state.current = settings
            for follower in state.followers { follower(settings) }
        }
    }
}

extension ServerSettings {
    /// Itself where it was given, those values elsewhere.
    func over(_ values: [StoredValue]) -> ServerSettings {
        var settings = self
        for kept in Configuration.keptSettings {
            guard let value = values.first(where: { $0.group == kept.group && $0.key == kept.key }) else {
                continue
            }
            kept.apply(value.value, to: &settings)
        }
        return settings
    }
}
