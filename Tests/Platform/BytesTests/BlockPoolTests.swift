import Base
import Bytes
import Testing

@Suite struct BlockPoolTests {
    @Test(
        "a block holds what was asked for, rounded up to a power of two and its slack",
        arguments: [(1, 20 << 10), (20 << 10, 20 << 10), ((20 << 10) + 1, 36 << 10), (1 << 20, 1028 << 10)]
    )
    func sizes(asked: Int, capacity: Int) async throws {
        let pool = BlockPool(budget: 16 << 20, time: SystemTime())
        let block = try await pool.borrow(asked, patience: .zero)
        #expect(block.capacity == capacity)
        #expect(pool.usage.used == capacity)
    }

    @Test func largeBlocksLeaveRoomForSmallOnes() throws {
        let pool = BlockPool(budget: 16 << 20, time: SystemTime())
        var held: [Block] = []
        while let block = pool.borrowIfFree(2 << 20) { held.append(block) }
        #expect(held.count == 6)
        #expect(pool.borrowIfFree(64 << 10) != nil)
    }

    @Test func blocksThatWillGrowLeaveRoomForSmallOnesThatWillNot() throws {
        let pool = BlockPool(budget: 16 << 20, time: SystemTime())
        var held: [Block] = []
        while let block = pool.borrowIfFree(64 << 10, willGrow: true) { held.append(block) }
        #expect(pool.usage.used <= 15 << 20)
        #expect(pool.usage.used > 14 << 20)
        #expect(pool.borrowIfFree(1 << 20) == nil)
        #expect(pool.borrowIfFree(64 << 10) != nil)
    }

    @Test func whatIsGivenBackServesWhoeverWaits() async throws {
        let pool = BlockPool(budget: 4 << 20, time: SystemTime())
        var held: Block? = try await pool.borrow(2 << 20, patience: .zero)
        #expect(held?.capacity == 2052 << 10)
        async let late = pool.borrow(2 << 20, patience: .seconds(60))
        held = nil
        #expect(try await late.capacity == 2052 << 10)
    }

    @Test("without patience nobody waits", .timeLimit(.minutes(10)))
    func noPatience() async throws {
        let pool = BlockPool(budget: 4 << 20, time: SystemTime())
        let held = try await pool.borrow(2 << 20, patience: .zero)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<2000 {
                group.addTask {
                    do {
                        _ = try await pool.borrow(2 << 20, patience: .zero)
                        return false
                    } catch { return true }
                }
            }
            for await isRefused in group { #expect(isRefused) }
        }
        withExtendedLifetime(held) {}
    }

    @Test func patienceEnds() async throws {
        let pool = BlockPool(budget: 4 << 20, time: SystemTime())
        let held = try await pool.borrow(2 << 20, patience: .zero)
        await #expect(throws: BlockPool.Failure.exhausted) {
            try await pool.borrow(2 << 20, patience: .milliseconds(1))
        }
        withExtendedLifetime(held) {}
        #expect(pool.usage.used == 2052 << 10)
    }
}
