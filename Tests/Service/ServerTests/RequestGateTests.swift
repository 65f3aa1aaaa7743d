import Base
import Testing

@testable import Server

/// Sleeps until told otherwise.
private final class HeldTime: TimeSource {
    private let sleepers = Locked<[CheckedContinuation<Void, Never>]>([])
    var now: Timestamp { Timestamp(seconds: 0) }
    var elapsed: Duration { .zero }

    func sleep(for duration: Duration) async {
        await withCheckedContinuation { continuation in sleepers.withLock { $0.append(continuation) } }
    }

    func waitForSleeper() async {
        while sleepers.withLock({ $0.isEmpty }) { await Task.yield() }
    }

    /// Waits for a sleeper and lets it go.
    func wakeOne() async {
        while true {
            let sleeper = sleepers.withLock { $0.popLast() }
            if let sleeper { return sleeper.resume() }
            await Task.yield()
        }
    }
}

/// Every sleep is over when it begins.
private struct ImpatientTime: TimeSource {
    var now: Timestamp { Timestamp(seconds: 0) }
    var elapsed: Duration { .zero }
    func sleep(for duration: Duration) async {}
}

@Suite(.timeLimit(.minutes(10))) struct RequestGateTests {
    @Test func asManyAsFitEnterAtOnce() async {
        let gate = RequestGate(runningMax: 2, patience: .seconds(1), time: SystemTime())
        #expect(await gate.enter())
        #expect(await gate.enter())
    }

    @Test func oneTooManyIsTurnedAwayAfterItsPatience() async {
        let time = HeldTime()
        let gate = RequestGate(runningMax: 1, patience: .seconds(1), time: time)
        #expect(await gate.enter())
        async let second = gate.enter()
        await time.wakeOne()
        #expect(await !second)
        gate.leave()
        #expect(await gate.enter())
    }

    @Test func withoutPatienceNobodyWaits() async {
        let gate = RequestGate(runningMax: 1, patience: .zero, time: ImpatientTime())
        #expect(await gate.enter())
        #expect(await !gate.enter())
    }

    @Test func whoLeavesMakesRoomForWhoWaits() async {
        let gate = RequestGate(runningMax: 1, patience: .seconds(60), time: SystemTime())
        #expect(await gate.enter())
        async let second = gate.enter()
        gate.leave()
        #expect(await second)
        gate.leave()
        #expect(await gate.enter())
    }

    @Test func morePlacesAreTakenByThoseInLine() async {
        let gate = RequestGate(runningMax: 1, patience: .seconds(1), time: HeldTime())
        #expect(await gate.enter())
        async let second = gate.enter()
        async let third = gate.enter()
        // Whichever comes first, to the line or to the places, nobody waits for a time that stands still.
        gate.setRunningMax(3)
        #expect(await second)
        #expect(await third)
    }

    @Test func fewerPlacesAreGivenUpBeforeAnybodyEnters() async {
        let time = HeldTime()
        let gate = RequestGate(runningMax: 3, patience: .seconds(1), time: time)
        for _ in 0..<3 { #expect(await gate.enter()) }
        gate.setRunningMax(1)
        async let fourth = gate.enter()
        // It stands in line once it sleeps.
        await time.waitForSleeper()
        gate.leave()
        gate.leave()
        await time.wakeOne()
        #expect(await !fourth)
        gate.leave()
        #expect(await gate.enter())
    }
}
