import Base
import Posix
import SigV4

/// Runs workloads against one server with a fixed number of clients.
struct WorkloadRun: Sendable {
    var account: ObjectClient.Account
    var clientCount: Int
    /// What all keys of this run begin with: characters that need no escaping.
    var keyPrefix: String
    var server: ServerProcess?
    /// Each request is signed as one of these, whichever chance takes; without any, as the account says.
    var signers: [SigV4Signer] = []

    private static let errorSamplesMax = 5
    /// Failing so often in a row, a client stops: a server that is gone would be asked in vain at full speed.
    private static let failuresInRowMax = 16

    /// Blocks until every client has finished.
    ///
    /// - Throws: ``BenchError/cannotStartThread(_:)``. Clients that were started wait for ever then: end the
    ///   process.
    func run(_ workload: Workload) throws(BenchError) -> WorkloadResult {
        let gate = StartGate(count: clientCount)
        var threads: [ClientThread] = []
        for index in 0..<clientCount {
            do throws(Errno) {
                threads.append(ClientThread(try JoinableThread { client(index, workload, gate) }))
            } catch {
                throw .cannotStartThread(error)
            }
        }
        let (before, start) = gate.open { (server?.processorMicroseconds(), ProcessTable.ownMicroseconds) }
        let records = threads.map { $0.join() }
        let elapsed = ContinuousClock.now - start
        let ownMicroseconds = ProcessTable.ownMicroseconds - before.1
        var serverMicroseconds: Int?
        if let first = before.0, let last = server?.processorMicroseconds() {
            serverMicroseconds = last - first
        }
        return merge(records, of: workload, elapsed, serverMicroseconds, ownMicroseconds)
    }

    private func merge(
        _ records: [ClientRecord],
        of workload: Workload,
        _ elapsed: Duration,
        _ serverMicroseconds: Int?,
        _ clientMicroseconds: Int
    ) -> WorkloadResult {
        var samples: [RequestError] = []
        for error in records.flatMap(\.errorSamples) where samples.count < Self.errorSamplesMax {
            if !samples.contains(error) { samples.append(error) }
        }
        return WorkloadResult(
            operation: workload.operation,
            size: workload.size,
            elapsed: elapsed,
            latencies: records.flatMap(\.latencies),
            errorCount: records.reduce(0) { $0 + $1.errorCount },
            errorSamples: samples,
            written: records.reduce(into: []) { $0.formUnion($1.written) },
            failed: records.reduce(into: []) { $0.formUnion($1.failed) },
            serverMicroseconds: serverMicroseconds,
            clientMicroseconds: clientMicroseconds
        )
    }

    /// One client's whole work, on its own thread.
    private func client(_ index: Int, _ workload: Workload, _ gate: StartGate) -> ClientRecord {
        var record = ClientRecord()
        let client = ObjectClient(account)
        var pattern = BodyPattern(size: workload.size)
        var random = SeededGenerator(seed: UInt64(index))
        let turnCount = workload.limit.operationCount(ofClient: index, clientCount: clientCount)
        // Whoever cannot connect now tries again with the first request, where failures count.
        _ = try? client.connect()
        let start = gate.pass()
        var failuresInRow = 0
        var turn = 0
        while turn < turnCount ?? .max, !workload.limit.isOver(since: start),
            failuresInRow < Self.failuresInRowMax
        {
            let number = workload.objectNumber(turn: turn, client: index, clientCount: clientCount)
            turn += 1
            if let signer = signers.randomElement(using: &random) { client.signer = signer }
            let sent = ContinuousClock.now
            do throws(RequestError) {
                try request(workload, number, client, &pattern)
                record.latencies.append((ContinuousClock.now - sent).nanoseconds)
                if workload.operation == .put { record.written.insert(number) }
                failuresInRow = 0
            } catch {
                record.note(error, samplesMax: Self.errorSamplesMax)
                if workload.operation == .put { record.failed.insert(number) }
                failuresInRow += 1
            }
        }
        return record
    }

    private func request(
        _ workload: Workload,
        _ number: Int,
        _ client: ObjectClient,
        _ pattern: inout BodyPattern
    ) throws(RequestError) {
        let key = "\(keyPrefix)/\(workload.size)/\(number)"
        switch workload.operation {
        case .put: try client.put(key, &pattern, number: number)
        case .get: try client.readBack(key, &pattern, number: number)
        case .delete: try client.delete(key)
        }
    }
}

/// An array holds only what can be copied, a thread is joined once.
private final class ClientThread {
    private var thread: JoinableThread<ClientRecord>?

    init(_ thread: consuming JoinableThread<ClientRecord>) { self.thread = consume thread }

    func join() -> ClientRecord {
        guard let thread = thread.take() else { preconditionFailure("joined twice") }
        return thread.join()
    }
}

/// What one client saw.
private struct ClientRecord: Sendable {
    var latencies: [Int] = []
    var errorCount = 0
    var errorSamples: [RequestError] = []
    var written: Set<Int> = []
    var failed: Set<Int> = []

    mutating func note(_ error: RequestError, samplesMax: Int) {
        errorCount += 1
        if errorSamples.count < samplesMax, !errorSamples.contains(error) { errorSamples.append(error) }
    }
}

extension RunLimit {
    fileprivate func isOver(since start: ContinuousClock.Instant) -> Bool {
        switch self {
        case .seconds(let seconds): ContinuousClock.now - start >= .seconds(seconds)
        case .operations: false
        }
    }
}

extension Duration {
    /// Rounded towards zero.
    var nanoseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    }
}
