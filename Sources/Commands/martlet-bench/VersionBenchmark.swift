import Base

/// What a request costs when its key has few versions, and when it has many: one client, one request at a time, as
/// writes of one key wait for each other anyhow.
///
///     fill to 1 ─▶ HEADs, GETs, PUTs ─▶ fill to 1000 ─▶ HEADs, GETs, PUTs ─▶ …
///
/// The versions stay on the server.
struct VersionBenchmark {
    private let client: ObjectClient
    private let key: String
    private let versionCount: Int
    private let server: ServerProcess?
    private var pattern = BodyPattern(size: Self.objectSize)
    /// By the number of the object that was written.
    private var versionIDs: [String] = []

    private static let objectSize = 4 << 10
    private static let requestCount = 100

    init(_ client: ObjectClient, key: String, versionCount: Int, server: ServerProcess?) {
        (self.client, self.key, self.versionCount, self.server) = (client, key, versionCount, server)
    }

    /// The counts of versions at which requests are measured.
    static func stops(versionCount: Int) -> [Int] {
        [1, 1000, 3000, 10_000].filter { $0 < versionCount } + [versionCount]
    }

    /// For people to read. The bucket must be there and keep versions; a wrong answer ends the run.
    mutating func report() throws(BenchError) -> String {
        var rows: [Row] = []
        for count in Self.stops(versionCount: versionCount) {
            while versionIDs.count < count { try write() }
            rows += try rowsHere()
        }
        return Self.text(rows)
    }

    private mutating func rowsHere() throws(BenchError) -> [Row] {
        let (client, key, count) = (client, key, versionIDs.count)
        let (newest, middle) = (count - 1, count / 2)
        let middleID = versionIDs[middle]
        var pattern = pattern
        return [
            try row("HEAD") { _ throws(RequestError) in try client.head(key, size: Self.objectSize) },
            try row("HEAD of the middle one") { _ throws(RequestError) in
                try client.head(key, versionID: middleID, size: Self.objectSize)
            },
            try row("GET") { _ throws(RequestError) in
                try client.readBack(key, &pattern, number: newest)
            },
            try row("GET of the middle one") { _ throws(RequestError) in
                try client.readBack(key, versionID: middleID, &pattern, number: middle)
            },
            try row("PUT") { run throws(RequestError) in try run.put() },
        ]
    }

    private mutating func write() throws(BenchError) {
        do throws(RequestError) { try put() } catch { throw .serverRefuses(request: "PUT /\(key)", error) }
    }

    private mutating func put() throws(RequestError) {
        guard let id = try client.put(key, &pattern, number: versionIDs.count) else { throw .wrongVersion }
        versionIDs.append(id)
    }

    private struct Row {
        let name: String
        let versionCount: Int
        let latency: LatencySummary
        let serverMicroseconds: Int?
    }

    /// Makes the same request again and again.
    private mutating func row(
        _ name: String,
        _ request: (inout Self) throws(RequestError) -> Void
    ) throws(BenchError) -> Row {
        let (count, before) = (versionIDs.count, server?.processorMicroseconds())
        var latencies: [Int] = []
        for _ in 0..<Self.requestCount {
            let began = ContinuousClock.now
            do throws(RequestError) { try request(&self) } catch {
                throw .serverRefuses(request: "\(name) /\(key)", error)
            }
            latencies.append((ContinuousClock.now - began).nanoseconds)
        }
        guard let latency = LatencySummary(latencies) else { preconditionFailure("requests were made") }
        var used: Int?
        if let before, let after = server?.processorMicroseconds() { used = after - before }
        return Row(name: name, versionCount: count, latency: latency, serverMicroseconds: used)
    }

    private static func text(_ rows: [Row]) -> String {
        func milliseconds(_ nanoseconds: Int) -> String { fixed(Double(nanoseconds) / 1e6, digits: 2) }
        let titles = [
            "4KiB, one client", "versions", "requests", "p50 ms", "p99 ms", "max ms", "server us/op",
        ]
        let cells = rows.map { row -> [String] in
            [
                row.name, "\(row.versionCount)", "\(requestCount)", milliseconds(row.latency.p50),
                milliseconds(row.latency.p99), milliseconds(row.latency.max),
                row.serverMicroseconds.map { fixed(Double($0) / Double(requestCount), digits: 1) } ?? "-",
            ]
        }
        return TextTable.text([titles] + cells)
    }
}
