import Synchronization

/// Counts events since the start. Any thread may add, none waits; wraps after 2^64.
package final class Counter: Sendable {
    private let count = Atomic<UInt64>(0)

    package init() {}

    package func add(_ events: UInt64 = 1) { count.wrappingAdd(events, ordering: .relaxed) }

    package var value: UInt64 { count.load(ordering: .relaxed) }
}

/// How many of something there are now. Any thread may change it, none waits.
package final class Gauge: Sendable {
    private let level = Atomic<Int64>(0)

    package init() {}

    package func add(_ change: Int64) { level.wrappingAdd(change, ordering: .relaxed) }

    package func set(_ value: Int64) { level.store(value, ordering: .relaxed) }

    package var value: Int64 { level.load(ordering: .relaxed) }
}
