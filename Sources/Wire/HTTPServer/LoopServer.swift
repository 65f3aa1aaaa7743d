import Base
import EventLoop
import HTTP
import Posix
import TLS

/// One loop's part of a server: its listeners and connections. Confined to the loop's thread.
final class LoopServer<Handler: ExchangeHandler>: @unchecked Sendable {
    private struct Running {
        let connection: Connection
        let task: Task<Void, Never>
    }

    let loop: EventLoop
    private let handler: Handler
    private let context: LoopContext
    private let count: ConnectionCount
    private let report: @Sendable (HTTPServerEvent) -> Void
    private var listeners: [Listener] = []
    private var acceptTasks: [Task<Void, Never>] = []
    private var running: [ObjectIdentifier: Running] = [:]
    /// Connections that are being told that there is no room.
    private var refusing: [ObjectIdentifier: Running] = [:]
    private var isStopping = false
    /// Raised whenever a connection ends while the server stops.
    private let ended: LoopSignal

    /// Beyond this many refusals at once a connection is closed without a word.
    private var refusingMax: Int { 64 }
    private var exhaustionPause: Duration { .milliseconds(100) }
    /// After a cut, for handlers to notice.
    private var cutGrace: Duration { .seconds(1) }

    init(
        _ handler: Handler,
        in context: LoopContext,
        count: ConnectionCount,
        report: @escaping @Sendable (HTTPServerEvent) -> Void
    ) {
        self.handler = handler
        self.context = context
        self.count = count
        self.report = report
        loop = context.loop
        ended = LoopSignal(on: context.loop)
    }

    func begin(_ listeners: [Listener]) throws(Errno) {
        for listener in listeners {
            try listener.begin(on: loop)
            self.listeners.append(listener)
            acceptTasks.append(Task(executorPreference: loop) { await self.accept(from: listener) })
        }
    }

    private func accept(from listener: Listener) async {
        var acceptedCount = 0
        while !isStopping {
            do throws(Errno) {
                guard let (descriptor, peer) = try await listener.accept() else { return }
                admit(Socket(Descriptor(owning: descriptor)), peer)
                acceptedCount += 1
                if acceptedCount % 64 == 0 { await Task.yield() }
            } catch {
                // Without descriptors or memory the next attempt fails too until something is closed, and
                // the kernel does not tell again of connections that wait already.
                report(.acceptPaused(error))
                await loop.sleep(for: exhaustionPause)
            }
        }
    }

    private func admit(_ socket: consuming Socket, _ peer: SocketAddress) {
        let hasRoom = count.enter()
        guard hasRoom || refusing.count < refusingMax else { return }
        do {
            let session = try context.certificates?.session(on: socket.number)
            let connection = try Connection(socket, session, remote: peer, in: context)
            if hasRoom { serve(connection) } else { refuse(connection) }
        } catch {
            if hasRoom { count.leave() }
            report(.connectionDropped("\(error)"))
        }
    }

    private func serve(_ connection: Connection) {
        let id = ObjectIdentifier(connection)
        let task = Task(executorPreference: loop) {
            // What an exchange starts on the side stays on its loop.
            await TaskExecution.$preferred.withValue(self.loop) { await connection.serve(self.handler) }
            self.running[id] = nil
            self.count.leave()
            if self.isStopping { self.ended.raise() }
        }
        running[id] = Running(connection: connection, task: task)
    }

    private func refuse(_ connection: Connection) {
        report(.connectionRefused)
        let id = ObjectIdentifier(connection)
        let task = Task(executorPreference: loop) {
            await connection.refuse()
            self.refusing[id] = nil
            if self.isStopping { self.ended.raise() }
        }
        refusing[id] = Running(connection: connection, task: task)
    }

    /// Closes the listeners and idle connections, waits for the running exchanges, cuts the rest.
    ///
    /// - Returns: how many connections were cut.
    func stop(until deadline: MonotonicTime) async -> Int {
        isStopping = true
        listeners.forEach { $0.close() }
        acceptTasks.forEach { $0.cancel() }
        for task in acceptTasks { await task.value }
        refusing.values.forEach { $0.connection.cut() }
        running.values.forEach { $0.connection.drain() }
        await waitForEnd(until: deadline)
        let cutCount = running.count
        for one in running.values {
            one.connection.cut()
            one.task.cancel()
        }
        await waitForEnd(until: MonotonicTime.now + cutGrace)
        return cutCount
    }

    private func waitForEnd(until deadline: MonotonicTime) async {
        while !running.isEmpty || !refusing.isEmpty {
            guard await ended.wait(until: deadline) == .ready else { return }
        }
    }
}
