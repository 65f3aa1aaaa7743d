import CLinux

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An eventfd: what one thread writes so that another returns from ``Epoll/wait(timeout:_:)``.
///
/// Any thread may call ``signal()``.
package struct WakeUp: ~Copyable, Sendable {
    private let descriptor: Descriptor

    package init() throws(Errno) {
        descriptor = Descriptor(owning: try check("eventfd") { clinux_eventfd() })
    }

    /// Borrowed, for ``Epoll/add(_:_:token:)``.
    package var number: CInt { descriptor.number }

    package func signal() {
        var one: UInt64 = 1
        // A full counter (EAGAIN) means a wake-up is pending already.
        while write(descriptor.number, &one, 8) == -1, errno == EINTR {}
    }

    /// Takes back all signals until now.
    package func reset() {
        var count: UInt64 = 0
        // Nothing to take back (EAGAIN) is as good.
        while read(descriptor.number, &count, 8) == -1, errno == EINTR {}
    }
}
