import Base

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The thread that writes a queue's lines to the descriptor.
final class LogThread: Sendable {
    private let queue: LogQueue
    private let descriptor: CInt
    private let format: LogFormat
    private let time: any TimeSource

    init(queue: LogQueue, descriptor: CInt, format: LogFormat, time: any TimeSource) {
        (self.queue, self.descriptor, self.format, self.time) = (queue, descriptor, format, time)
    }

    /// The thread keeps this object alive until it ends.
    func start() {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let result = pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                Unmanaged<LogThread>.fromOpaque(context).takeRetainedValue().run()
                return nil
            },
            context
        )
        precondition(result == 0, "the kernel refuses a thread for the log (error \(result))")
        pthread_detach(thread)
    }

    private func run() {
        // Signals are for other threads, and a reader that went away is an error code here, not a death.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        while let batch = queue.take() {
            let isWritten = writeAll(batch.bytes)
            let isReported = batch.droppedCount == 0 || writeAll(report(of: batch.droppedCount))
            queue.finishBatch(
                lostCount: isWritten ? 0 : batch.lineCount,
                unreportedCount: isReported ? 0 : batch.droppedCount
            )
        }
        queue.end()
    }

    private func report(of count: UInt64) -> [UInt8] {
        let message = "log lines were dropped because they could not be written in time"
        let fields = [LogField("count", .count(count))]
        return format.line(LogRecord(time: time.now, level: .warning, message: message, fields: fields))
    }

    /// - Returns: false when the descriptor refused the bytes, or some of them, for good.
    private func writeAll(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    var interest = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&interest, 1, -1)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}
