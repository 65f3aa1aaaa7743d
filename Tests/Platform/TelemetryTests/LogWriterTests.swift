import Base
import Foundation
import Telemetry
import Testing

/// A pipe whose ends are closed once.
private final class TestPipe: Sendable {
    let readEnd: CInt
    let writeEnd: CInt

    init(nonBlocking: Bool = false) throws {
        var ends: [CInt] = [-1, -1]
        try #require(pipe(&ends) == 0)
        (readEnd, writeEnd) = (ends[0], ends[1])
        // F_SETPIPE_SZ, which the Glibc module lacks: the smallest the kernel gives, so that it fills soon.
        try #require(fcntl(writeEnd, 1031, 4096) == 4096)
        if nonBlocking { try #require(fcntl(writeEnd, F_SETFL, O_NONBLOCK) == 0) }
    }

    /// Reads to the end, which is where the write end is closed.
    func readAll() -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(readEnd, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        close(readEnd)
        return String(decoding: bytes, as: UTF8.self)
    }
}

private func record(_ message: String) -> LogRecord {
    LogRecord(time: Timestamp(seconds: 0), level: .info, message: message)
}

private func line(_ message: String) -> String { "1970-01-01T00:00:00.000Z INFO  \(message)\n" }

@Suite struct LogWriterTests {
    @Test func linesLeaveInTheirOrder() throws {
        let pipe = try TestPipe()
        let writer = LogWriter(descriptor: pipe.writeEnd, format: .human)
        for number in 1...50 { writer.write(record("\(number)")) }
        #expect(writer.close(timeout: .seconds(60)))
        close(pipe.writeEnd)
        #expect(pipe.readAll() == (1...50).map { line("\($0)") }.joined())
        #expect(writer.droppedCount == 0)
    }

    @Test func flushReturnsOnceTheBytesAreThere() throws {
        let pipe = try TestPipe()
        let writer = LogWriter(descriptor: pipe.writeEnd, format: .human)
        #expect(writer.flush(timeout: .zero))
        writer.write(record("here"))
        #expect(writer.flush(timeout: .seconds(60)))
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = read(pipe.readEnd, &buffer, buffer.count)
        #expect(String(decoding: buffer[..<count], as: UTF8.self) == line("here"))
        #expect(writer.close(timeout: .seconds(60)))
        close(pipe.writeEnd)
        close(pipe.readEnd)
    }

    @Test(arguments: [false, true])
    func aStoppedReaderCostsLinesAndNoWaiting(nonBlocking: Bool) throws {
        let pipe = try TestPipe(nonBlocking: nonBlocking)
        let writer = LogWriter(descriptor: pipe.writeEnd, format: .human, pendingSizeMax: 8192)
        // More than the pipe and both buffers hold together; nobody reads yet.
        let text = String(repeating: "x", count: 1000)
        for _ in 0..<100 { writer.write(record(text)) }
        let droppedCount = writer.droppedCount
        #expect((70...95).contains(droppedCount))
        #expect(!writer.flush(timeout: .milliseconds(1)))
        #expect(!writer.close(timeout: .milliseconds(1)))

        let output = Locked("")
        let finished = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let all = pipe.readAll()
            output.withLock { $0 = all }
            finished.signal()
        }
        #expect(writer.close(timeout: .seconds(60)))
        close(pipe.writeEnd)
        finished.wait()
        let lines = output.withLock { $0 }.split(separator: "\n")
        #expect(lines.filter { $0.hasSuffix(text) }.count == 100 - Int(droppedCount))
        // How many reports there are depends on when the writer took its first lines; their sum does not.
        let reported = lines.compactMap { $0.contains(" WARN ") ? $0.split(separator: "=").last : nil }
        #expect(reported.compactMap { UInt64($0) }.reduce(0, +) == droppedCount)
    }

    @Test func aReaderThatWentAwayIsNoDeath() throws {
        let pipe = try TestPipe()
        let writer = LogWriter(descriptor: pipe.writeEnd, format: .json)
        close(pipe.readEnd)
        writer.write(record("one"))
        #expect(writer.flush(timeout: .seconds(60)))
        writer.write(record("two"))
        #expect(writer.close(timeout: .seconds(60)))
        #expect(writer.droppedCount == 2)
        writer.write(record("three"))
        #expect(writer.droppedCount == 3)
        close(pipe.writeEnd)
    }

    @Test func manyThreadsNeverMixTheirLines() async throws {
        let pipe = try TestPipe()
        let writer = LogWriter(descriptor: pipe.writeEnd, format: .human, pendingSizeMax: 1 << 20)
        let output = Locked("")
        let finished = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let all = pipe.readAll()
            output.withLock { $0 = all }
            finished.signal()
        }
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask { for number in 0..<100 { writer.write(record("\(task)-\(number)")) } }
            }
        }
        #expect(writer.close(timeout: .seconds(60)))
        close(pipe.writeEnd)
        waitFor(finished)
        let expected = (0..<8).flatMap { task in (0..<100).map { line("\(task)-\($0)") } }
        let lines = output.withLock { $0 }.split(separator: "\n").map { $0 + "\n" }
        #expect(lines.sorted() == expected.sorted().map { $0[...] })
    }
}

/// Not callable from an async function by its own name.
private func waitFor(_ semaphore: DispatchSemaphore) { semaphore.wait() }
