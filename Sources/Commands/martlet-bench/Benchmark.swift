import Base
import Posix
import SigV4

/// A run from the first request to the last: bucket, workloads, tidying up.
struct Benchmark {
    private let options: Options
    private let run: WorkloadRun
    private let client: ObjectClient
    private let say: (String) -> Void

    /// Connects once, so that a server that is not there is one error and not thousands.
    ///
    /// - Parameter say: takes a line for the person who waits, not for the report.
    init(_ options: Options, say: @escaping (String) -> Void) throws(BenchError) {
        let address = try options.endpoint.resolve(allowRemote: options.allowRemote)
        let account = ObjectClient.Account(
            authority: options.endpoint.authority,
            address: address,
            signer: SigV4Signer(
                accessKey: options.accessKey,
                secret: options.secretKey,
                region: options.region
            ),
            bucket: options.bucket,
            payload: options.payload
        )
        client = ObjectClient(account)
        let isThisMachine: Bool
        do {
            let local = try client.connect().localAddress()
            isThisMachine = address.isLoopback || local.host == address.host
        } catch {
            throw .serverRefuses(request: "connect to \(address)", error)
        }
        var server: ServerProcess?
        if let pid = options.serverPID {
            server = try ServerProcess(pid: pid)
        } else if isThisMachine {
            server = .listening(on: address)
        }
        if server == nil { say("no process or several processes found at \(address): name one with --pid") }
        run = WorkloadRun(
            account: account,
            clientCount: options.clientCount,
            keyPrefix: "bench-\(SystemRandomness().uuid())",
            server: server
        )
        self.options = options
        self.say = say
    }

    /// - Returns: the report, and whether every answer was right, also while preparing and tidying up.
    func report() throws(BenchError) -> (report: Report, isRight: Bool) {
        let isNewBucket: Bool
        do {
            isNewBucket = try client.createBucket()
        } catch {
            throw .serverRefuses(request: "PUT /\(options.bucket)", error)
        }
        var results: [WorkloadResult] = []
        var errorCount = 0
        for size in options.sizes {
            let outcome = try runs(ofSize: size)
            results += outcome.results
            errorCount += outcome.errorCount
        }
        if isNewBucket, !options.keepsObjects {
            do throws(RequestError) {
                try client.deleteBucket()
            } catch {
                errorCount += 1
                say("DELETE /\(options.bucket): \(error)")
            }
        }
        let report = Report(
            endpoint: options.endpoint.description,
            clientCount: options.clientCount,
            payload: options.payload,
            serverPID: run.server?.pid,
            results: results
        )
        return (report, errorCount == 0)
    }

    /// - Returns: what users cost, for people to read, and whether every answer was right. Objects, bucket and users
    ///   stay.
    func identityReport(_ counts: UserCounts) throws(BenchError) -> (text: String, isRight: Bool) {
        do {
            _ = try client.createBucket()
        } catch {
            throw .serverRefuses(request: "PUT /\(options.bucket)", error)
        }
        return try IdentityBenchmark(options, client, run, few: counts.few, many: counts.many, say: say)
            .report()
    }

    /// - Returns: what versions cost, for people to read. Bucket and versions stay.
    func versionReport(_ count: Int) throws(BenchError) -> String {
        do throws(RequestError) {
            _ = try client.createBucket()
            try client.enableVersioning()
        } catch {
            throw .serverRefuses(request: "PUT /\(options.bucket)?versioning", error)
        }
        var benchmark = VersionBenchmark(
            client,
            key: run.keyPrefix,
            versionCount: count,
            server: run.server
        )
        return try benchmark.report()
    }

    /// - Returns: what listings cost, for people to read, and whether they were right. Objects and bucket stay.
    func listingReport(_ keyCount: Int) throws(BenchError) -> (text: String, isRight: Bool) {
        do {
            _ = try client.createBucket()
        } catch {
            throw .serverRefuses(request: "PUT /\(options.bucket)", error)
        }
        return try ListingBenchmark(client, run, keyCount: keyCount, say: say).report()
    }

    private func runs(ofSize size: Int) throws(BenchError) -> (results: [WorkloadResult], errorCount: Int) {
        let put = try noted(putWorkload(size))
        var results = options.operations.contains(.put) ? [put] : []
        var errorCount = put.errorCount
        if options.operations.contains(.get), !put.written.isEmpty {
            var generator = SeededGenerator(seed: UInt64(size))
            let numbers = put.written.sorted().shuffled(using: &generator)
            let workload = Workload(
                operation: .get,
                size: size,
                limit: options.limit,
                objects: .known(numbers)
            )
            let get = try noted(workload)
            results.append(get)
            errorCount += get.errorCount
        }
        let attempted = put.written.union(put.failed).sorted()
        if !options.keepsObjects, !attempted.isEmpty {
            errorCount += try noted(
                Workload(
                    operation: .delete,
                    size: size,
                    limit: .operations(attempted.count),
                    objects: .known(attempted)
                )
            ).errorCount
        }
        return (results, errorCount)
    }

    /// Without PUTs to measure, as many objects as a run that reads needs.
    private func putWorkload(_ size: Int) -> Workload {
        guard !options.operations.contains(.put) else {
            return Workload(
                operation: .put,
                size: size,
                limit: options.limit,
                objects: .fresh(keyCount: options.keyCount)
            )
        }
        let keyCount = options.keyCount ?? Options.readKeyCount
        return Workload(
            operation: .put,
            size: size,
            limit: .operations(keyCount),
            objects: .fresh(keyCount: keyCount)
        )
    }

    private func noted(_ workload: Workload) throws(BenchError) -> WorkloadResult {
        let result = try run.run(workload)
        if result.errorCount > 0 {
            let samples = result.errorSamples.map { "\($0)" }.joined(separator: "; ")
            let name = "\(workload.operation.rawValue) \(ByteSize.text(workload.size))"
            say("\(name): \(result.errorCount) errors: \(samples)")
        }
        return result
    }
}
