import Testing

@testable import martlet_bench

@Suite struct ReportTests {
    @Test func theTableHasOneAlignedLineAWorkload() {
        let lines = report(serverMicroseconds: 2_481_000).table.split(separator: "\n")
        #expect(lines[0] == "http://127.0.0.1:9000, 16 clients, unsigned payload, server process 42")
        #expect(
            lines[1].split(separator: " ").joined(separator: " ")
                == "op size operations op/s MiB/s p50 ms p99 ms max ms server us/op client us/op errors"
        )
        #expect(
            lines[2].split(separator: " ").map(String.init)
                == ["PUT", "4KiB", "4", "2.0", "0.0", "2.00", "4.00", "4.00", "620250", "25", "1"]
        )
        #expect(lines.count == 3 && lines[1].count == lines[2].count)
    }

    @Test func whatIsNotKnownIsADash() {
        let line = report(serverMicroseconds: nil).table.split(separator: "\n")[2]
        #expect(line.split(separator: " ")[8] == "-")
    }

    @Test func aWorkloadThatOnlyFailedHasNoLatencies() {
        var report = report(serverMicroseconds: 5)
        report.results[0].latencies = []
        let line = report.table.split(separator: "\n")[2]
        #expect(
            line.split(separator: " ").map(String.init)
                == ["PUT", "4KiB", "0", "0.0", "0.0", "-", "-", "-", "-", "-", "1"]
        )
    }

    @Test func theJSONSaysTheSameInWholeNumbers() {
        #expect(
            report(serverMicroseconds: 2_481_000).json == """
                {"endpoint":"http://127.0.0.1:9000","clients":16,"payload":"unsigned","serverPid":42,\
                "workloads":[{"operation":"PUT","size":4096,"operations":4,"errors":1,\
                "errorSamples":["status 503 SlowDown"],"elapsedMicroseconds":2000000,"operationsPerSecond":2,\
                "bytesPerSecond":8192,"latencyMicroseconds":{"p50":2000,"p99":4000,"max":4000},\
                "serverMicroseconds":2481000,"serverMicrosecondsPerOperation":620250,"clientMicroseconds":100,\
                "clientMicrosecondsPerOperation":25}]}

                """
        )
        #expect(report(serverMicroseconds: nil).json.contains("\"serverMicrosecondsPerOperation\":null"))
    }

    @Test(arguments: [
        (0.0, 0, "0"), (0.5, 0, "1"), (1.005, 2, "1.00"), (1.25, 1, "1.3"), (0.04, 1, "0.0"),
        (0.05, 2, "0.05"),
        (9.999, 2, "10.00"), (12.0, 2, "12.00"),
    ])
    func numbersAreRounded(value: Double, digits: Int, text: String) {
        #expect(fixed(value, digits: digits) == text)
    }

    private func report(serverMicroseconds: Int?) -> Report {
        Report(
            endpoint: "http://127.0.0.1:9000",
            clientCount: 16,
            payload: .unsigned,
            serverPID: 42,
            results: [
                WorkloadResult(
                    operation: .put,
                    size: 4096,
                    elapsed: .seconds(2),
                    latencies: [4_000_000, 1_000_000, 3_000_000, 2_000_000],
                    errorCount: 1,
                    errorSamples: [.unexpectedStatus(503, code: "SlowDown")],
                    written: [0, 1, 2, 3],
                    failed: [4],
                    serverMicroseconds: serverMicroseconds,
                    clientMicroseconds: 100
                )
            ]
        )
    }
}
