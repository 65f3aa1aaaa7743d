package import Posix
import Synchronization

/// The loops of a process, one a core.
package final class EventLoopGroup: Sendable {
    package let loops: [EventLoop]
    private let turn = Atomic<Int>(0)

    /// Starts `count` threads; at least one.
    package init(count: Int) throws(Errno) {
        precondition(count > 0)
        var loops: [EventLoop] = []
        for _ in 0..<count {
            do {
                loops.append(try EventLoop())
            } catch {
                loops.forEach { $0.stop() }
                throw error
            }
        }
        self.loops = loops
    }

    /// The loops in turn.
    package func next() -> EventLoop {
        let (before, _) = turn.wrappingAdd(1, ordering: .relaxed)
        return loops[Int(UInt(bitPattern: before) % UInt(loops.count))]
    }

    /// Ends every thread and waits for it; see ``EventLoop/stop()`` for what must be over before.
    package func stop() { loops.forEach { $0.stop() } }
}
