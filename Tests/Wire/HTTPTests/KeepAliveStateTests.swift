import HTTP
import Testing

@Suite struct KeepAliveStateTests {
    @Test func theNextRequestIsReadOnlyWhenBothSidesEnded() {
        var state = KeepAliveState()
        state.requestHead(isKeepAlive: true)
        let isIdleBetween = state.isIdle
        #expect(!isIdleBetween)
        #expect(state.responseEnd() == .none)
        #expect(state.requestEnd() == .readNext)
        let isIdle = state.isIdle
        #expect(isIdle)
    }

    @Test func aClientThatWantsToCloseHasItsWay() {
        var state = KeepAliveState()
        state.requestHead(isKeepAlive: false)
        #expect(state.requestEnd() == .none)
        #expect(state.responseEnd() == .close)
    }

    @Test func drainingLetsTheRunningExchangeFinish() {
        var state = KeepAliveState()
        state.requestHead(isKeepAlive: true)
        #expect(state.drain() == .none)
        let isClosing = state.isClosing
        #expect(isClosing)
        #expect(state.requestEnd() == .none)
        #expect(state.responseEnd() == .close)
    }

    @Test func drainingEndsAnIdleConnectionOnce() {
        var state = KeepAliveState()
        #expect(state.drain() == .close)
        #expect(state.drain() == .none)
        #expect(state.requestEnd() == .none)
    }
}
