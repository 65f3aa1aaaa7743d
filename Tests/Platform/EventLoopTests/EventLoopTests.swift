import EventLoop
import Posix
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite(.timeLimit(.minutes(10))) struct EventLoopTests {
    @Test func aTaskComesBackToItsLoopAfterEverySuspension() async throws {
        let loops = try EventLoopGroup(count: 2)
        defer { loops.stop() }
        let (home, away) = (loops.loops[0], loops.loops[1])
        let answers = await Task(executorPreference: home) {
            var answers = [home.isCurrent, away.isCurrent]
            let other = await Task(executorPreference: away) { away.isCurrent && !home.isCurrent }.value
            answers += [other, home.isCurrent]
            await withTaskExecutorPreference(away) { answers.append(away.isCurrent) }
            answers.append(home.isCurrent)
            await Task.yield()
            answers.append(home.isCurrent)
            return answers
        }.value
        #expect(answers == [true, false, true, true, true, true, true])
    }

    @Test func jobsFromManyThreadsAllRun() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let sum = await withTaskGroup(of: Int.self) { group in
            for number in 1...1000 {
                group.addTask { await Task(executorPreference: loop) { loop.isCurrent ? number : 0 }.value }
            }
            return await group.reduce(0, +)
        }
        #expect(sum == 500_500)
    }

    @Test func sleepersWakeInTheOrderOfTheirDeadlines() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let order = await Task(executorPreference: loop) {
            await withTaskGroup(of: Int.self) { group in
                for milliseconds in [30, 10, 20] {
                    group.addTask {
                        let start = MonotonicTime.now
                        await loop.sleep(for: .milliseconds(milliseconds))
                        return MonotonicTime.now - start >= .milliseconds(milliseconds) ? milliseconds : -1
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }.value
        #expect(order == [10, 20, 30])
    }

    @Test func aCancelledSleeperWakesEarly() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let task = Task(executorPreference: loop) { await loop.sleep(for: .seconds(100)) }
        task.cancel()
        await task.value
    }

    @Test func aSignalRaisedBeforeTheWaitIsKept() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let wakeups = await Task(executorPreference: loop) {
            let signal = LoopSignal(on: loop)
            signal.raise()
            let first = await signal.wait(until: .never)
            let second = await signal.wait(until: MonotonicTime.now + .milliseconds(1))
            return [first, second]
        }.value
        #expect(wakeups == [.ready, .timedOut])
    }

    @Test func aWaitForADescriptorEndsByBytesTimeOrInterruption() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let wakeups = try await Task(executorPreference: loop) {
            var pipes: [CInt] = [0, 0]
            try #require(pipe(&pipes) == 0)
            defer { pipes.forEach { close($0) } }
            let readiness = try Readiness(pipes[0], on: loop, for: .readable)
            defer { readiness.close() }
            var wakeups: [Wakeup] = []
            readiness.clearReadable()
            wakeups.append(await readiness.readable(until: MonotonicTime.now + .milliseconds(5)))
            write(pipes[1], "x", 1)
            wakeups.append(await readiness.readable(until: .never))
            readiness.clearReadable()
            Task(executorPreference: loop) { readiness.interrupt() }
            wakeups.append(await readiness.readable(until: .never))
            wakeups.append(await readiness.readable(until: .never))
            return wakeups
        }.value
        #expect(wakeups == [.timedOut, .ready, .interrupted, .interrupted])
    }

    @Test func anEndedPeerIsTold() async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let isClosed = try await Task(executorPreference: loop) {
            var pipes: [CInt] = [0, 0]
            try #require(pipe(&pipes) == 0)
            let readiness = try Readiness(pipes[0], on: loop, for: .readable)
            defer {
                readiness.close()
                close(pipes[0])
            }
            readiness.clearReadable()
            close(pipes[1])
            let wakeup = await readiness.readable(until: .never)
            return wakeup == .ready && readiness.isPeerClosed
        }.value
        #expect(isClosed)
    }

    @Test func theLoopsOfAGroupAreTakenInTurn() throws {
        let group = try EventLoopGroup(count: 3)
        defer { group.stop() }
        let taken = (0..<6).map { _ in group.next() }
        #expect(taken[0] === taken[3] && taken[1] === taken[4] && taken[2] === taken[5])
        #expect(taken[0] !== taken[1] && taken[1] !== taken[2])
    }
}
