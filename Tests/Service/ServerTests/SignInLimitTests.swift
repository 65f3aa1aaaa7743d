import Base
import TestSupport
import Testing

@testable import Server

@Suite struct SignInLimitTests {
    private let time = SimulatedTime()

    private func limit(_ failuresMax: Int, sourcesMax: Int = 100) -> SignInLimit {
        SignInLimit(failuresMax: failuresMax, sourcesMax: sourcesMax, time: time)
    }

    @Test(arguments: [1, 2, 100])
    func itIsReachedByThatManyFailures(failuresMax: Int) {
        let limit = limit(failuresMax)
        for _ in 0..<failuresMax {
            #expect(!limit.isReached(by: "192.0.2.1", accessKey: "alice"))
            limit.recordFailure(of: "192.0.2.1", accessKey: "alice")
        }
        #expect(limit.isReached(by: "192.0.2.1", accessKey: "alice"))
        #expect(!limit.isReached(by: "192.0.2.1", accessKey: "bob"))
        #expect(!limit.isReached(by: "192.0.2.1", accessKey: nil))
        #expect(!limit.isReached(by: "192.0.2.2", accessKey: "alice"))
    }

    @Test func zeroIsNoLimit() {
        let limit = limit(0)
        for _ in 0..<1000 { limit.recordFailure(of: "192.0.2.1", accessKey: "alice") }
        #expect(!limit.isReached(by: "192.0.2.1", accessKey: "alice"))
        #expect(limit.count == 0)
    }

    @Test func anAddressOfIPv6StandsForItsNetwork() {
        let limit = limit(2)
        limit.recordFailure(of: "2001:db8::1", accessKey: "alice")
        limit.recordFailure(of: "2001:db8::ffff:2", accessKey: "alice")
        #expect(limit.isReached(by: "2001:db8:0:0:3::", accessKey: "alice"))
        #expect(!limit.isReached(by: "2001:db8:0:1::1", accessKey: "alice"))
        #expect(!limit.isReached(by: "fe80::1%2", accessKey: "alice"))
    }

    @Test func failuresAreForgottenAfterTwoMinutesAtMost() {
        let limit = limit(1)
        limit.recordFailure(of: "192.0.2.1", accessKey: nil)
        time.advance(by: .seconds(59))
        #expect(limit.isReached(by: "192.0.2.1", accessKey: nil))
        time.advance(by: .seconds(60))
        #expect(limit.isReached(by: "192.0.2.1", accessKey: nil))
        time.advance(by: .seconds(60))
        #expect(!limit.isReached(by: "192.0.2.1", accessKey: nil))
    }

    @Test func aLongSilenceForgetsEverythingAtOnce() {
        let limit = limit(1)
        limit.recordFailure(of: "192.0.2.1", accessKey: nil)
        time.advance(by: .seconds(120))
        #expect(!limit.isReached(by: "192.0.2.1", accessKey: nil))
        #expect(limit.count == 0)
    }

    @Test func memoryStaysBoundedHoweverManySourcesThereAre() {
        let limit = limit(5, sourcesMax: 10)
        for high in 0..<10 {
            for low in 0..<100 { limit.recordFailure(of: "10.0.\(high).\(low)", accessKey: "key") }
            #expect(limit.count <= 20)
        }
    }

    @Test func noMoreAreFoundOutAtOnceThanMayFail() {
        let limit = limit(2)
        #expect(limit.reserve(by: "192.0.2.1", accessKey: "/directory"))
        #expect(limit.reserve(by: "192.0.2.1", accessKey: "/directory"))
        #expect(!limit.reserve(by: "192.0.2.1", accessKey: "/directory"))
        #expect(limit.reserve(by: "192.0.2.2", accessKey: "/directory"))
        limit.release(by: "192.0.2.1", accessKey: "/directory")
        #expect(limit.reserve(by: "192.0.2.1", accessKey: "/directory"))
        #expect(limit.isReached(by: "192.0.2.1", accessKey: "/directory"))
    }

    @Test func whatIsTakenBackLeavesNothing() {
        let limit = limit(1)
        #expect(limit.reserve(by: "192.0.2.1", accessKey: nil))
        time.advance(by: .seconds(61))
        limit.release(by: "192.0.2.1", accessKey: nil)
        #expect(limit.count == 0)
        limit.release(by: "192.0.2.1", accessKey: nil)
        #expect(limit.reserve(by: "192.0.2.1", accessKey: nil))
        time.advance(by: .seconds(180))
        limit.release(by: "192.0.2.1", accessKey: nil)
        #expect(limit.count == 0)
    }
}

@Suite(.timeLimit(.minutes(1))) struct AddressSharesTests {
    private let time = SimulatedTime()

    @Test func anAddressHasItsShareAndOthersHaveTheirs() async {
        let shares = AddressShares(runningMax: 2, presentMax: 2, patience: .seconds(10), time: time)
        #expect(await shares.enter("192.0.2.1"))
        #expect(await shares.enter("192.0.2.1"))
        #expect(await !shares.enter("192.0.2.1"))
        #expect(await shares.enter("192.0.2.2"))
        #expect(await shares.enter("2001:db8::1"))
        #expect(await shares.enter("2001:db8::2"))
        #expect(await !shares.enter("2001:db8::3"))
        shares.leave("192.0.2.1")
        #expect(await shares.enter("192.0.2.1"))
        for address in ["192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"] {
            shares.leave(address)
        }
        #expect(shares.count == 0)
    }

    @Test func whoWaitsEntersWhenAnotherLeaves() async {
        let shares = AddressShares(runningMax: 1, presentMax: 3, patience: .seconds(10), time: time)
        #expect(await shares.enter("192.0.2.1"))
        async let second = shares.enter("192.0.2.1")
        shares.leave("192.0.2.1")
        #expect(await second)
        shares.leave("192.0.2.1")
        #expect(shares.count == 0)
    }
}
