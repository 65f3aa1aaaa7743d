import Testing

@testable import martlet_bench

@Suite struct WorkloadTests {
    @Test(arguments: [(1, 1), (1, 16), (16, 16), (17, 16), (15, 16), (1000, 7)])
    func theClientsShareTheOperations(count: Int, clientCount: Int) {
        let shares = (0..<clientCount).map {
            RunLimit.operations(count).operationCount(ofClient: $0, clientCount: clientCount) ?? -1
        }
        #expect(shares.reduce(0, +) == count)
        #expect((shares.max() ?? 0) - (shares.min() ?? 0) <= 1)
    }

    @Test func timeSetsNoCount() {
        #expect(RunLimit.seconds(1).operationCount(ofClient: 0, clientCount: 1) == nil)
    }

    @Test func freshObjectsHaveDifferentNumbersWithoutGaps() {
        #expect(numbers(.fresh(keyCount: nil), count: 21, clientCount: 5).sorted() == Array(0..<21))
    }

    @Test func aPutWorkloadStartsOverAfterItsKeys() {
        let numbers = numbers(.fresh(keyCount: 8), count: 16, clientCount: 4).sorted()
        #expect(numbers == (0..<8).flatMap { [$0, $0] })
    }

    @Test(arguments: [1, 3, 8])
    func aRunThatCoversTheKnownObjectsNamesEachOnce(clientCount: Int) {
        let known = [5, 1, 9, 7, 100, 3, 2]
        #expect(numbers(.known(known), count: 7, clientCount: clientCount).sorted() == known.sorted())
    }

    private func numbers(_ objects: Workload.ObjectChoice, count: Int, clientCount: Int) -> [Int] {
        let workload = Workload(operation: .put, size: 1, limit: .operations(count), objects: objects)
        return (0..<clientCount).flatMap { client in
            (0..<(workload.limit.operationCount(ofClient: client, clientCount: clientCount) ?? 0)).map {
                workload.objectNumber(turn: $0, client: client, clientCount: clientCount)
            }
        }
    }
}
