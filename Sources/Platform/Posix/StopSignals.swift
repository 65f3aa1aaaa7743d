import CLinux

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// SIGTERM, SIGINT and SIGHUP as a descriptor instead of handlers.
///
/// Call ``block()`` on the first thread before any other starts; threads inherit it.
package struct StopSignals: ~Copyable, Sendable {
    package enum Signal: Sendable, Equatable {
        case terminate
        case interrupt
        case hangUp
    }

    private let descriptor: Descriptor

    /// The signals must be blocked already, or they end the process as ever.
    package init() throws(Errno) {
        descriptor = Descriptor(owning: try check("signalfd") { clinux_signalfd() })
    }

    /// Borrowed; readable while a signal waits.
    package var number: CInt { descriptor.number }

    /// Keeps the three from their default effect in this thread and the threads it starts.
    package static func block() throws(Errno) {
        _ = try check("pthread_sigmask") { clinux_block_stop_signals() }
    }

    /// Writing to a closed connection is an error from here on, not the end of the process.
    package static func ignoreBrokenPipes() throws(Errno) {
        _ = try check("signal") { clinux_ignore_sigpipe() }
    }

    /// The next waiting signal, or `nil`; does not block.
    package func next() throws(Errno) -> Signal? {
        do {
            switch try check("read", { clinux_read_signal(descriptor.number) }) {
            case SIGTERM: return .terminate
            case SIGINT: return .interrupt
            case SIGHUP: return .hangUp
            case let other: preconditionFailure("signalfd delivered signal \(other), which it does not watch")
            }
        } catch {
            guard error.isWouldBlock else { throw error }
            return nil
        }
    }
}
