import Base
import JSON
import Posix
import SigV4

/// What users cost: reads signed by few users and by many, on a server that knows few and then many.
///
///     import few ─▶ reads by few ─▶ import many ─▶ (reads by few ─▶ reads by many) × rounds ─▶ changes ─▶ lists
///
/// The users stay on the server.
struct IdentityBenchmark {
    private let client: ObjectClient
    private let run: WorkloadRun
    private let options: Options
    private let few: Population
    private let many: Population
    private let say: (String) -> Void

    private static let objectSize = 4 << 10
    private static let roundCount = 3
    private static let changeCount = 50
    private static let listCount = 10

    /// - Parameter run: without signers of its own.
    init(
        _ options: Options,
        _ client: ObjectClient,
        _ run: WorkloadRun,
        few: Int,
        many: Int,
        say: @escaping (String) -> Void
    ) {
        (self.options, self.client, self.run, self.say) = (options, client, run, say)
        let name = String(SystemRandomness().next() & 0xff_ffff, radix: 36)
        self.few = Population(prefix: "b\(name)f", userCount: few, bucket: options.bucket)
        self.many = Population(prefix: "b\(name)m", userCount: many, bucket: options.bucket)
    }

    /// - Returns: the report, and whether every answer was right. The bucket must be there.
    func report() throws(BenchError) -> (text: String, isRight: Bool) {
        var rows: [Row] = []
        var lines = [try imported(few)]
        let objects = try run.run(
            Workload(
                operation: .put,
                size: Self.objectSize,
                limit: .operations(Options.readKeyCount),
                objects: .fresh(keyCount: Options.readKeyCount)
            )
        )
        let keys = objects.written.sorted()
        guard !keys.isEmpty else {
            let error = objects.errorSamples.first ?? .malformedHead
            throw .serverRefuses(request: "PUT /\(options.bucket)", error)
        }
        rows.append(try reads("\(few.userCount) users, alone", by: few, keys))
        lines.append(try imported(many))
        var (fewReads, manyReads): ([WorkloadResult], [WorkloadResult]) = ([], [])
        for _ in 0..<Self.roundCount {
            fewReads += try reads("", by: few, keys).results
            manyReads += try reads("", by: many, keys).results
        }
        rows.append(
            Row(name: "\(few.userCount) of \(few.userCount + many.userCount) users", results: fewReads)
        )
        rows.append(
            Row(name: "\(many.userCount) of \(few.userCount + many.userCount) users", results: manyReads)
        )
        let (changes, wrongCount) = try changes()
        lines.append(changes)
        let (lists, whileListed) = try lists(keys)
        lines.append(lists)
        rows.append(whileListed)
        let errorCount = objects.errorCount + rows.reduce(wrongCount) { $0 + $1.errorCount }
        return (text(rows, lines), errorCount == 0)
    }

    // Steps.

    private func imported(_ users: Population) throws(BenchError) -> String {
        let archive = users.archive
        let began = ContinuousClock.now
        let processor = run.server?.processorMicroseconds()
        try administer("PUT", "import-iam", "", archive)
        let elapsed = ContinuousClock.now - began
        let used = processor.flatMap { before in run.server?.processorMicroseconds().map { $0 - before } }
        return
            "import of \(users.userCount) users, \(users.policyCount) policies, \(users.groupCount) groups, "
            + "\(users.serviceAccountCount) service accounts: \(seconds(elapsed)) s, server processor "
            + (used.map { fixed(Double($0) / 1e6, digits: 2) } ?? "-") + " s"
    }

    private func reads(_ name: String, by users: Population, _ keys: [Int]) throws(BenchError) -> Row {
        var run = run
        run.signers = (0..<users.userCount).map { number in
            SigV4Signer(
                accessKey: users.accessKey(number),
                secret: users.secret(number),
                region: options.region
            )
        }
        let workload = Workload(
            operation: .get,
            size: Self.objectSize,
            limit: options.limit,
            objects: .known(keys)
        )
        let result = try run.run(workload)
        if result.errorCount > 0 {
            say(
                "GET: \(result.errorCount) errors: "
                    + result.errorSamples.map { "\($0)" }.joined(separator: "; ")
            )
        }
        return Row(name: name, results: [result])
    }

    /// Shuts a user out and lets it in again, and asks right after each.
    private func changes() throws(BenchError) -> (line: String, wrongCount: Int) {
        var latencies: [Int] = []
        var wrongCount = 0
        let asking = ObjectClient(run.account)
        asking.signer = SigV4Signer(
            accessKey: many.accessKey(0),
            secret: many.secret(0),
            region: options.region
        )
        for number in 0..<Self.changeCount {
            let isDenied = number % 2 == 0
            let policy = many.policy(effect: isDenied ? "Deny" : "Allow").encoded
            let began = ContinuousClock.now
            try administer("PUT", "add-canned-policy", "name=\(many.policyName(0))", policy)
            latencies.append((ContinuousClock.now - began).nanoseconds)
            do throws(RequestError) {
                // Nobody has written it: allowed is not found.
                try asking.delete("bench/nothing")
                if isDenied { wrongCount += 1 }
            } catch .unexpectedStatus(403, code: "AccessDenied") {
                if !isDenied { wrongCount += 1 }
            } catch {
                wrongCount += 1
                say("DELETE after a change: \(error)")
            }
        }
        let line =
            "\(Self.changeCount) changes of a policy: \(milliseconds(latencies)), "
            + "\(wrongCount) not in force at the next request"
        return (line, wrongCount)
    }

    /// Lists all users again and again while others read.
    private func lists(_ keys: [Int]) throws(BenchError) -> (line: String, reads: Row) {
        let (account, signer) = (run.account, client.signer)
        let thread: JoinableThread<[Result<Int, RequestError>]>
        do throws(Errno) {
            thread = try JoinableThread {
                let client = ObjectClient(account)
                client.signer = signer
                return (0..<Self.listCount).map { _ in
                    let began = ContinuousClock.now
                    return Result { () throws(RequestError) in
                        try client.administer("GET", "list-users", "", [])
                        return (ContinuousClock.now - began).nanoseconds
                    }
                }
            }
        } catch {
            throw .cannotStartThread(error)
        }
        let row = try reads("\(many.userCount), users being listed", by: many, keys)
        var latencies: [Int] = []
        for result in thread.join() {
            switch result {
            case .success(let latency): latencies.append(latency)
            case .failure(let error): throw .serverRefuses(request: "GET list-users", error)
            }
        }
        return ("\(Self.listCount) lists of all users: \(milliseconds(latencies))", row)
    }

    private func administer(
        _ method: String,
        _ call: String,
        _ query: String,
        _ body: [UInt8]
    ) throws(BenchError) {
        do throws(RequestError) {
            try client.administer(method, call, query, body)
        } catch {
            throw .serverRefuses(request: "\(method) \(call)", error)
        }
    }

    // The report.

    private struct Row {
        let name: String
        let results: [WorkloadResult]

        var operationCount: Int { results.reduce(0) { $0 + $1.operationCount } }
        var errorCount: Int { results.reduce(0) { $0 + $1.errorCount } }

        /// `nil` when the server's processor time is not known.
        var microsecondsPerOperation: Double? {
            let known = results.compactMap(\.serverMicroseconds)
            guard known.count == results.count, operationCount > 0 else { return nil }
            return Double(known.reduce(0, +)) / Double(operationCount)
        }
    }

    private func text(_ rows: [Row], _ lines: [String]) -> String {
        let titles = [
            "GET 4KiB signed by", "operations", "p50 ms", "p99 ms", "max ms", "server us/op", "ratio",
            "errors",
        ]
        let base = rows.first?.microsecondsPerOperation
        let cells = rows.map { row -> [String] in
            let latency = LatencySummary(row.results.flatMap(\.latencies))
            func milliseconds(_ nanoseconds: Int?) -> String {
                nanoseconds.map { fixed(Double($0) / 1e6, digits: 2) } ?? "-"
            }
            let cost = row.microsecondsPerOperation
            let ratio = cost.flatMap { cost in base.map { cost / $0 } }
            return [
                row.name, "\(row.operationCount)", milliseconds(latency?.p50), milliseconds(latency?.p99),
                milliseconds(latency?.max), cost.map { fixed($0, digits: 1) } ?? "-",
                ratio.map { fixed($0, digits: 3) } ?? "-", "\(row.errorCount)",
            ]
        }
        return TextTable.text([titles] + cells) + lines.map { $0 + "\n" }.joined()
    }

    private func seconds(_ duration: Duration) -> String {
        fixed(Double(duration.nanoseconds) / 1e9, digits: 2)
    }

    private func milliseconds(_ latencies: [Int]) -> String {
        guard let summary = LatencySummary(latencies) else { return "none" }
        return
            "p50 \(fixed(Double(summary.p50) / 1e6, digits: 2)) ms, max \(fixed(Double(summary.max) / 1e6, digits: 2)) ms"
    }
}
