import JSON

/// All results of a run, for people or for programs.
struct Report: Sendable {
    var endpoint: String
    var clientCount: Int
    var payload: PayloadForm
    var serverPID: Int32?
    var results: [WorkloadResult]

    private static let titles = [
        "op", "size", "operations", "op/s", "MiB/s", "p50 ms", "p99 ms", "max ms", "server us/op",
        "client us/op",
        "errors",
    ]

    /// A line about the run and a table; a dash where a number is not known.
    var table: String {
        let rows = [Self.titles] + results.map(\.cells)
        let process = serverPID.map { "server process \($0)" } ?? "server process unknown"
        let text = "\(endpoint), \(clientCount) clients, \(payload.rawValue) payload, \(process)\n"
        return text + TextTable.text(rows)
    }

    /// One line. Sizes are bytes, durations microseconds; what is not known is null.
    var json: String {
        let value: JSONValue = [
            "endpoint": .string(endpoint), "clients": .integer(clientCount),
            "payload": .string(payload.rawValue),
            "serverPid": serverPID.map { .integer($0) } ?? .null, "workloads": .array(results.map(\.json)),
        ]
        return String(decoding: value.encoded, as: UTF8.self) + "\n"
    }
}

extension WorkloadResult {
    private var operationsPerSecond: Double {
        Double(operationCount) * 1e9 / Double(max(1, elapsed.nanoseconds))
    }
    private var bytesPerSecond: Double { operationsPerSecond * Double(size) }

    private func perOperation(_ microseconds: Int?) -> Double? {
        guard let microseconds, operationCount > 0 else { return nil }
        return Double(microseconds) / Double(operationCount)
    }

    fileprivate var cells: [String] {
        let latency = LatencySummary(latencies)
        func milliseconds(_ nanoseconds: Int?) -> String {
            nanoseconds.map { fixed(Double($0) / 1e6, digits: 2) } ?? "-"
        }
        func microseconds(_ value: Int?) -> String { perOperation(value).map { fixed($0, digits: 0) } ?? "-" }
        return [
            operation.rawValue, ByteSize.text(size), "\(operationCount)",
            fixed(operationsPerSecond, digits: 1),
            fixed(bytesPerSecond / Double(1 << 20), digits: 1), milliseconds(latency?.p50),
            milliseconds(latency?.p99), milliseconds(latency?.max), microseconds(serverMicroseconds),
            microseconds(clientMicroseconds), "\(errorCount)",
        ]
    }

    fileprivate var json: JSONValue {
        let latency = LatencySummary(latencies)
        func microseconds(_ nanoseconds: Int?) -> JSONValue {
            nanoseconds.map { .integer($0 / 1000) } ?? .null
        }
        func rounded(_ value: Double?) -> JSONValue { value.map { .integer(Int($0.rounded())) } ?? .null }
        return [
            "operation": .string(operation.rawValue), "size": .integer(size),
            "operations": .integer(operationCount), "errors": .integer(errorCount),
            "errorSamples": .array(errorSamples.map { .string("\($0)") }),
            "elapsedMicroseconds": microseconds(elapsed.nanoseconds),
            "operationsPerSecond": rounded(operationsPerSecond), "bytesPerSecond": rounded(bytesPerSecond),
            "latencyMicroseconds": [
                "p50": microseconds(latency?.p50), "p99": microseconds(latency?.p99),
                "max": microseconds(latency?.max),
            ],
            "serverMicroseconds": serverMicroseconds.map { .integer($0) } ?? .null,
            "serverMicrosecondsPerOperation": rounded(perOperation(serverMicroseconds)),
            "clientMicroseconds": .integer(clientMicroseconds),
            "clientMicrosecondsPerOperation": rounded(perOperation(clientMicroseconds)),
        ]
    }
}

/// `value` with so many digits behind the point, rounded; finite, not negative, and small enough for an `Int`.
func fixed(_ value: Double, digits: Int) -> String {
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int((value * Double(scale)).rounded())
    guard digits > 0 else { return "\(scaled)" }
    let fraction = String(scaled % scale)
    return "\(scaled / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
}
