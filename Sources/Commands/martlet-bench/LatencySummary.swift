/// Latencies in nanoseconds, of which some stand for all.
struct LatencySummary: Equatable, Sendable {
    var p50: Int
    var p99: Int
    var max: Int

    /// `nil` when there are none.
    init?(_ latencies: [Int]) {
        guard let max = latencies.max() else { return nil }
        let sorted = latencies.sorted()
        p50 = Self.percentile(50, of: sorted)
        p99 = Self.percentile(99, of: sorted)
        self.max = max
    }

    /// The smallest value that at least `percent` of a hundred are not above (the nearest rank).
    ///
    /// - Parameter sorted: ascending, not empty.
    static func percentile(_ percent: Int, of sorted: [Int]) -> Int {
        precondition((0...100).contains(percent) && !sorted.isEmpty)
        let (product, overflows) = sorted.count.multipliedReportingOverflow(by: percent)
        precondition(!overflows)
        return sorted[Swift.max(0, (product + 99) / 100 - 1)]
    }
}
