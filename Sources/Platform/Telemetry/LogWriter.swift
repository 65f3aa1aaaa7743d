package import Base

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Writes records to a descriptor from a thread of its own.
///
/// A caller encodes its line and appends it to a bounded buffer; it never waits for the reader. When the
/// buffer is full, because a pipe's reader stopped or a disk hangs, lines are dropped and counted, and a
/// line written as soon as the descriptor takes some again says how many.
///
///     caller ──line──▶ pending ──swap──▶ writer thread ──write──▶ descriptor
///                        │ full
///                        └──▶ dropped += 1
package final class LogWriter: LogSink {
    private let queue: LogQueue
    private let format: LogFormat

    /// - Parameters:
    ///   - descriptor: borrowed; it stays open until ``close(timeout:)`` returned true. May be non-blocking.
    ///   - pendingSizeMax: bytes that may wait for the writer; as much again may be under way.
    package init(
        descriptor: CInt,
        format: LogFormat,
        pendingSizeMax: Int = 1 << 20,
        time: some TimeSource = SystemTime()
    ) {
        let queue = LogQueue(pendingSizeMax: pendingSizeMax)
        (self.queue, self.format) = (queue, format)
        LogThread(queue: queue, descriptor: descriptor, format: format, time: time).start()
    }

    deinit { queue.stop() }

    package func write(_ record: LogRecord) { queue.append(format.line(record)) }

    /// Lines that were dropped since the start: the buffer was full, or the descriptor refused them.
    package var droppedCount: UInt64 { queue.droppedTotal.value }

    /// Waits until what was written before the call has left, at most `timeout`.
    ///
    /// - Returns: whether it has.
    package func flush(timeout: Duration) -> Bool { queue.waitUntilWritten(timeout: timeout) }

    /// Writes what is pending and ends the thread, waiting at most `timeout`; later records are dropped.
    ///
    /// - Returns: whether the thread is done with the descriptor.
    package func close(timeout: Duration) -> Bool {
        queue.stop()
        return queue.waitUntilEnded(timeout: timeout)
    }
}
