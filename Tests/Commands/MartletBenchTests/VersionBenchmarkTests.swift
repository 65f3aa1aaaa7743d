import Testing

@testable import martlet_bench

@Suite struct VersionBenchmarkTests {
    @Test(arguments: [
        (1, [1]), (2, [1, 2]), (999, [1, 999]), (1000, [1, 1000]), (1001, [1, 1000, 1001]),
        (10_000, [1, 1000, 3000, 10_000]), (20_000, [1, 1000, 3000, 10_000, 20_000]),
    ])
    func requestsAreMeasuredOnTheWayAndAtTheEnd(count: Int, stops: [Int]) {
        #expect(VersionBenchmark.stops(versionCount: count) == stops)
    }
}
