import Posix

/// The server as a process of this machine, for its processor time.
struct ServerProcess: Equatable, Sendable {
    let pid: Int32
    private let startTicks: UInt64

    /// - Throws: ``BenchError/noSuchProcess(_:_:)``.
    init(pid: Int32) throws(BenchError) {
        do {
            startTicks = try ProcessTable.stat(of: pid).startTicks
        } catch {
            throw .noSuchProcess(pid, error)
        }
        self.pid = pid
    }

    /// The process behind `address`, which must be this machine's; `nil` when none or several can be seen.
    static func listening(on address: SocketAddress) -> ServerProcess? {
        let pids = ProcessTable.listeners(on: address)
        guard pids.count == 1 else { return nil }
        // It may have ended just now, which is as good as not found.
        return try? ServerProcess(pid: pids[0])
    }

    /// User and system time so far, to the tick; `nil` once the process has ended.
    func processorMicroseconds() -> Int? {
        // Why it cannot be read makes no difference: the column stays empty.
        guard let stat = try? ProcessTable.stat(of: pid), stat.startTicks == startTicks,
            let ticks = Int(exactly: stat.processorTicks)
        else { return nil }
        let (product, overflows) = ticks.multipliedReportingOverflow(by: 1_000_000)
        return overflows ? nil : product / ProcessTable.ticksPerSecond
    }
}
