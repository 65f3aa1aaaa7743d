import Base
import Testing

@testable import EventLoop

@Suite struct TimerHeapTests {
    private func at(_ nanoseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func timersExpireInOrderHoweverTheyWereMoved(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var heap = TimerHeap()
        let timers = (0..<200).map { _ in LoopTimer {} }
        for _ in 0..<2000 {
            let timer = timers.randomElement(using: &random) ?? timers[0]
            if Int.random(in: 0..<4, using: &random) == 0 {
                heap.remove(timer)
            } else {
                heap.set(timer, to: at(Int64.random(in: 0..<1000, using: &random)))
            }
        }
        let expected = timers.map(\.deadline).filter { $0 != .never }.sorted()
        var seen: [MonotonicTime] = []
        for now in 0..<Int64(1000) {
            while let timer = heap.popExpired(at: at(now)) {
                seen.append(at(now))
                #expect(timer.deadline == .never)
            }
        }
        #expect(seen == expected)
        #expect(heap.isEmpty)
    }

    @Test func aTimerThatMovesLaterIsNotEarly() {
        var heap = TimerHeap()
        let timer = LoopTimer {}
        heap.set(timer, to: at(10))
        heap.set(timer, to: at(20))
        #expect(heap.popExpired(at: at(19)) == nil)
        #expect(heap.next == at(20))
        #expect(heap.popExpired(at: at(20)) === timer)
    }

    @Test func aTimerSwitchedOffLeavesNothingBehind() {
        var heap = TimerHeap()
        let timer = LoopTimer {}
        heap.set(timer, to: at(10))
        heap.set(timer, to: .never)
        #expect(heap.popExpired(at: at(10)) == nil)
        #expect(heap.isEmpty)
    }

    @Test func additionSaturates() {
        #expect(at(5) + .seconds(1) == at(1_000_000_005))
        #expect(at(5) + .seconds(Int64.max) == .never)
        #expect(at(.max - 1) + .nanoseconds(2) == .never)
    }
}
