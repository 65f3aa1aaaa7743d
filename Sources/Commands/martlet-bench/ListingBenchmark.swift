import Base
import Posix

/// What listings cost: many objects in one folder are listed from the first to the last in pages of a thousand.
///
/// The objects stay on the server.
struct ListingBenchmark {
    private let client: ObjectClient
    private let run: WorkloadRun
    private let keyCount: Int
    private let say: (String) -> Void

    private static let objectSize = 1 << 10
    private static let roundCount = 3

    init(_ client: ObjectClient, _ run: WorkloadRun, keyCount: Int, say: @escaping (String) -> Void) {
        (self.client, self.run, self.keyCount, self.say) = (client, run, keyCount, say)
    }

    /// - Returns: the report, and whether each listing had every key once and in order. The bucket must be there.
    func report() throws(BenchError) -> (text: String, isRight: Bool) {
        say("writing \(keyCount) objects of \(ByteSize.text(Self.objectSize))")
        let put = try run.run(
            Workload(
                operation: .put,
                size: Self.objectSize,
                limit: .operations(keyCount),
                objects: .fresh(keyCount: keyCount)
            )
        )
        if put.errorCount > 0 {
            let samples = put.errorSamples.map { "\($0)" }.joined(separator: "; ")
            say("PUT: \(put.errorCount) errors: \(samples)")
        }
        let prefix = "\(run.keyPrefix)/"
        let wanted = put.written.map { "\(prefix)\(Self.objectSize)/\($0)" }.sorted()
        var rows = [
            [
                "LIST 1000 of \(wanted.count)", "pages", "pages/s", "p50 ms", "p99 ms", "max ms",
                "server us/page", "right",
            ]
        ]
        var isRight = put.errorCount == 0
        for round in 1...Self.roundCount {
            let (row, keys) = try listing(prefix, round)
            rows.append(row + [keys == wanted ? "yes" : "no"])
            isRight = isRight && keys == wanted
        }
        return (TextTable.text(rows), isRight)
    }

    private func listing(_ prefix: String, _ round: Int) throws(BenchError) -> (row: [String], keys: [String])
    {
        var keys: [String] = []
        var latencies: [Int] = []
        var token: String?
        let processor = run.server?.processorMicroseconds()
        let began = ContinuousClock.now
        repeat {
            let sent = ContinuousClock.now
            let document: [UInt8]
            do throws(RequestError) { document = try client.list(prefix, token: token) } catch {
                throw .serverRefuses(request: "GET ?list-type=2", error)
            }
            latencies.append((ContinuousClock.now - sent).nanoseconds)
            let page = ListedKeys(document)
            keys += page.keys
            token = page.token
        } while token != nil
        let elapsed = Double((ContinuousClock.now - began).nanoseconds) / 1e9
        let used = processor.flatMap { before in run.server?.processorMicroseconds().map { $0 - before } }
        let summary = LatencySummary(latencies)
        func milliseconds(_ nanoseconds: Int?) -> String {
            nanoseconds.map { fixed(Double($0) / 1e6, digits: 2) } ?? "-"
        }
        let row = [
            "round \(round)", "\(latencies.count)", fixed(Double(latencies.count) / elapsed, digits: 1),
            milliseconds(summary?.p50), milliseconds(summary?.p99), milliseconds(summary?.max),
            used.map { fixed(Double($0) / Double(latencies.count), digits: 0) } ?? "-",
        ]
        return (row, keys)
    }
}
