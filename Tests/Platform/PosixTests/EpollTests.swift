import Posix
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct EpollTests {
    @Test func aWakeUpIsSeenUnderItsTokenOnce() throws {
        var epoll = try Epoll()
        let wakeUp = try WakeUp()
        try epoll.add(wakeUp.number, [.readable, .edges], token: 42)
        #expect(try epoll.wait(timeout: .zero) { _ in } == 0)

        wakeUp.signal()
        wakeUp.signal()
        var events: [Epoll.Event] = []
        #expect(try epoll.wait(timeout: nil) { events.append($0) } == 1)
        #expect(events.map(\.token) == [42])
        #expect(events.map(\.ready) == [.readable])
        wakeUp.reset()
        #expect(try epoll.wait(timeout: .zero) { _ in } == 0)
    }

    @Test func aRemovedDescriptorIsSilent() throws {
        var epoll = try Epoll()
        let wakeUp = try WakeUp()
        try epoll.add(wakeUp.number, .readable, token: 1)
        wakeUp.signal()
        try epoll.remove(wakeUp.number)
        #expect(try epoll.wait(timeout: .zero) { _ in } == 0)
    }

    @Test func aWaitIsNotShorterThanItsTimeout() throws {
        var epoll = try Epoll()
        let start = ContinuousClock.now
        #expect(try epoll.wait(timeout: .microseconds(1500)) { _ in } == 0)
        #expect(ContinuousClock.now - start >= .microseconds(1500))
    }

    @Test func aClosedDescriptorIsNamedInTheError() throws {
        let epoll = try Epoll()
        let error = #expect(throws: Errno.self) { try epoll.add(-1, .readable, token: 0) }
        #expect(error?.code == EBADF)
        #expect(error?.description == "epoll_ctl: Bad file descriptor (9)")
    }

    @Test func aBlockedSignalIsReadInsteadOfDelivered() async throws {
        // On a thread of its own, so that no other test's thread has the signal blocked or pending.
        let seen = await withCheckedContinuation { continuation in
            let context = Unmanaged.passRetained(Box(continuation))
            var thread = pthread_t()
            pthread_create(
                &thread,
                nil,
                { context in
                    guard let context else { return nil }
                    Unmanaged<Box>.fromOpaque(context).takeRetainedValue().continuation.resume(
                        returning: Result { try signalsOfThisThread() }
                    )
                    return nil
                },
                context.toOpaque()
            )
            pthread_detach(thread)
        }
        #expect(try seen.get() == [.hangUp, nil])
    }
}

private final class Box: Sendable {
    let continuation: CheckedContinuation<Result<[StopSignals.Signal?], any Error>, Never>
    init(_ continuation: CheckedContinuation<Result<[StopSignals.Signal?], any Error>, Never>) {
        self.continuation = continuation
    }
}

private func signalsOfThisThread() throws -> [StopSignals.Signal?] {
    try StopSignals.block()
    let signals = try StopSignals()
    let before = try signals.next()
    guard before == nil else { return [before] }
    pthread_kill(pthread_self(), SIGHUP)
    return [try signals.next(), try signals.next()]
}
