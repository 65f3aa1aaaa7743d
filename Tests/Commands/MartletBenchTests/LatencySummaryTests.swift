import Testing

@testable import martlet_bench

@Suite struct LatencySummaryTests {
    @Test func nothingHasNoLatency() {
        #expect(LatencySummary([]) == nil)
    }

    @Test func oneLatencyIsAllOfThem() throws {
        let summary = try #require(LatencySummary([7]))
        #expect(summary.p50 == 7 && summary.p99 == 7 && summary.max == 7)
    }

    @Test(arguments: [
        (2, 1, 2), (3, 2, 3), (99, 50, 99), (100, 50, 99), (101, 51, 100), (1000, 500, 990), (1001, 501, 991),
    ])
    func thePercentileIsTheNearestRank(count: Int, p50: Int, p99: Int) throws {
        var generator = SystemRandomNumberGenerator()
        let summary = try #require(LatencySummary(Array(1...count).shuffled(using: &generator)))
        #expect(summary.p50 == p50 && summary.p99 == p99 && summary.max == count)
    }

    @Test(arguments: [(0, 1), (1, 1), (10, 1), (11, 2), (99, 10), (100, 10)])
    func theEndsOfThePercentilesAreTheEndsOfTheList(percent: Int, value: Int) {
        #expect(LatencySummary.percentile(percent, of: Array(1...10)) == value)
    }
}
