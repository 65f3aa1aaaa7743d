import Posix
import SigV4
import Testing

@testable import martlet_bench

@Suite(.timeLimit(.minutes(10))) struct WorkloadRunTests {
    private static let ok = ScriptedServer.Answer("HTTP/1.1 200 OK\r\nContent-Length: 0")
    private static let busy = ScriptedServer.Answer(
        "HTTP/1.1 503 Slow Down\r\nContent-Length: 0",
        endsConnection: true
    )

    @Test func failuresAreCountedBesideTheOperations() throws {
        let server = try ScriptedServer([Self.ok, Self.busy, Self.ok])
        let run = run(server.address, clientCount: 1)
        let result = try run.run(
            Workload(operation: .put, size: 9, limit: .operations(3), objects: .fresh(keyCount: nil))
        )
        #expect(
            server.requests().map { $0.prefix { $0 != "\r\n" } } == [
                "|PUT /bucket/p/9/0 HTTP/1.1", "PUT /bucket/p/9/1 HTTP/1.1", "|PUT /bucket/p/9/2 HTTP/1.1",
            ]
        )
        #expect(result.operationCount == 2 && result.errorCount == 1)
        #expect(result.errorSamples == [.unexpectedStatus(503, code: nil)])
        #expect(result.written == [0, 2] && result.failed == [1])
        #expect(result.elapsed > .zero && result.latencies.allSatisfy { $0 > 0 })
        #expect(result.serverMicroseconds == nil)
    }

    @Test(arguments: [1, 4])
    func aClientWhoseServerIsGoneStops(clientCount: Int) throws {
        let unused = try ListeningSocket(.loopback(port: 0), sharesPort: false).localAddress()
        let result = try run(unused, clientCount: clientCount).run(
            Workload(operation: .get, size: 9, limit: .seconds(86_400), objects: .known([1]))
        )
        #expect(result.operationCount == 0 && result.errorCount == 16 * clientCount)
        #expect(result.written.isEmpty && result.failed.isEmpty)
    }

    @Test func anObjectThatReadsBackWrongIsAnError() throws {
        let answer = ScriptedServer.Answer("HTTP/1.1 200 OK\r\nContent-Length: 3", [0, 0, 0])
        let server = try ScriptedServer([answer])
        let result = try run(server.address, clientCount: 1).run(
            Workload(operation: .get, size: 3, limit: .operations(1), objects: .known([4]))
        )
        #expect(server.requests().count == 1)
        #expect(result.operationCount == 0 && result.errorSamples == [.wrongBytes(objectOffset: 0)])
    }

    private func run(_ address: SocketAddress, clientCount: Int) -> WorkloadRun {
        WorkloadRun(
            account: ObjectClient.Account(
                authority: address.description,
                address: address,
                signer: SigV4Signer(accessKey: "access", secret: "secret"),
                bucket: "bucket",
                payload: .unsigned
            ),
            clientCount: clientCount,
            keyPrefix: "p",
            server: nil
        )
    }
}
