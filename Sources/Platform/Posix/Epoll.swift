import CLinux

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The kernel's readiness queue.
///
/// Owns its descriptor. Not for two threads at once; only ``wait(timeout:)`` blocks.
package struct Epoll: ~Copyable {
    package struct Interest: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let readable = Interest(rawValue: EPOLLIN.rawValue)
        package static let writable = Interest(rawValue: EPOLLOUT.rawValue)
        /// The peer will send no more.
        package static let peerClosed = Interest(rawValue: EPOLLRDHUP.rawValue)
        /// Both directions are over, or the socket has an error to report. Always watched.
        package static let broken = Interest(rawValue: EPOLLHUP.rawValue | EPOLLERR.rawValue)
        /// Report changes only: each readiness is told once until more arrives.
        package static let edges = Interest(rawValue: EPOLLET.rawValue)
    }

    package struct Event: Equatable, Sendable {
        /// The number given to ``add(_:_:token:)``.
        package let token: UInt64
        package let ready: Interest
    }

    private let descriptor: Descriptor
    private var buffer = [clinux_event](repeating: clinux_event(), count: Int(CLINUX_EVENTS_MAX))

    package init() throws(Errno) {
        descriptor = Descriptor(owning: try check("epoll_create1") { clinux_epoll_create() })
    }

    package func add(_ fd: CInt, _ interest: Interest, token: UInt64) throws(Errno) {
        _ = try check("epoll_ctl") { clinux_epoll_add(descriptor.number, fd, interest.rawValue, token) }
    }

    package func remove(_ fd: CInt) throws(Errno) {
        _ = try check("epoll_ctl") { clinux_epoll_delete(descriptor.number, fd) }
    }

    /// Waits until something is ready and hands each event to `body`, at most 256 of them.
    ///
    /// - Parameter timeout: `nil` waits for ever, `.zero` only looks. Rounded up to a millisecond,
    ///   so a timer never fires early.
    /// - Returns: how many events there were; 0 when the time ran out.
    @discardableResult
    package mutating func wait(timeout: Duration?, _ body: (Event) -> Void) throws(Errno) -> Int {
        let milliseconds = timeout.map { CInt(min(max($0 / .milliseconds(1), 0).rounded(.up), 0x1p30)) } ?? -1
        let count = try check("epoll_wait") {
            // `buffer` has the CLINUX_EVENTS_MAX entries that the shim may fill.
            clinux_epoll_wait(descriptor.number, &buffer, milliseconds)
        }
        for index in 0..<Int(count) {
            body(Event(token: buffer[index].token, ready: Interest(rawValue: buffer[index].ready)))
        }
        return Int(count)
    }
}
