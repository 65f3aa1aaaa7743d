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
}
