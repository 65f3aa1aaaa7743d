import Base
import Posix
import Testing

@testable import martlet_bench

@Suite struct ProcessStatTests {
    private static let rest =
        "S 1 4711 4711 0 -1 4194304 500 0 3 0 1234 567 11 12 20 0 8 0 98765 123456 789 18446744073709551615 1 1 0 0 0\n"

    @Test(arguments: [
        "martlet", "a b", "", ")", "(", "a) S 1 2 3", "((x))", "line\nend",
        ") R 0 0 0 0 0 0 0 0 0 0 9 9 0 0 0 0 0 0 9",
    ])
    func theNameMayHoldAnything(name: String) throws {
        let stat = try #require(ProcessStat(Array("4711 (\(name)) \(Self.rest)".utf8)))
        #expect(stat.userTicks == 1234 && stat.systemTicks == 567 && stat.startTicks == 98765)
        #expect(stat.processorTicks == 1801)
    }

    @Test(arguments: [
        "", "4711", "4711 (x", "4711 x) S", "4711 (x)", "4711 (x) S 1 2 3", ")(",
        "1 (x) S 1 1 1 0 0 0 0 0 0 0 -1 2 0 0 0 0 0 0 5",
        "1 (x) S 1 1 1 0 0 0 0 0 0 0 18446744073709551615 1 0 0 0 0 0 0 5",
        "1 (x) S 1 1 1 0 0 0 0 0 0 0 1 2 0 0 0 0 0 0",
    ])
    func anythingElseIsRefused(text: String) {
        #expect(ProcessStat(Array(text.utf8)) == nil)
    }

    @Test func twentyFieldsBehindTheNameAreEnough() throws {
        let stat = try #require(ProcessStat(Array("1 (x) S 1 1 1 0 0 0 0 0 0 0 1 2 0 0 0 0 0 0 5".utf8)))
        #expect(stat.processorTicks == 3 && stat.startTicks == 5)
    }

    @Test(arguments: 0..<64 as Range<UInt64>)
    func mutatedTextsNeverCrash(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let bytes = mutated(Array("4711 (a b) \(Self.rest)".utf8), using: &generator)
            if let stat = ProcessStat(bytes) { _ = stat.processorTicks }
        }
    }

    @Test func thisProcessHasUsedTheProcessor() throws {
        let stat = try ProcessTable.stat(of: ownPID)
        #expect(stat.startTicks > 0)
        let server = try ServerProcess(pid: ownPID)
        let first = try #require(server.processorMicroseconds())
        // A tick is 10 ms on most machines; burn until one has passed.
        var generator = SeededGenerator(seed: 1)
        var sum: UInt64 = 0
        while try #require(server.processorMicroseconds()) == first {
            for _ in 0..<100_000 { sum ^= generator.next() }
        }
        #expect(try #require(server.processorMicroseconds()) > first, "\(sum)")
    }

    @Test func aProcessThatIsNotThereIsNamed() {
        let error = #expect(throws: BenchError.self) { try ServerProcess(pid: Int32.max) }
        guard case .noSuchProcess(Int32.max, let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.isNotFound)
    }
}
