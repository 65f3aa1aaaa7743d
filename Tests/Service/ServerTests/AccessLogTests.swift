import Base
import HTTP
import S3API
import S3Service
import ServiceTestSupport
import Telemetry
import Testing

@testable import Server

private final class Records: LogSink {
    let all = Locked<[LogRecord]>([])
    func write(_ record: LogRecord) { all.withLock { $0.append(record) } }
}

private struct FixedTime: TimeSource {
    var now: Timestamp { Timestamp(seconds: 1_700_000_000) }
    var elapsed: Duration { .milliseconds(5) }
    func sleep(for duration: Duration) async {}
}

@Suite struct AccessLogTests {
    private func line(_ target: String, status: Int, error: S3Error.Code? = nil) throws -> (
        text: String, level: LogLevel
    ) {
        let records = Records()
        let head = try request("GET", target, ["Authorization: AWS4-HMAC-SHA256 Signature=secret-signature"])
            .head
        let log = AccessLog(
            Logger(level: .trace, to: records, time: FixedTime()).with(requestID: "00AB"),
            time: FixedTime()
        )
        log.record(
            head.method,
            path: head.path,
            AccessLog.Outcome(
                operation: "GetObject",
                accessKey: "owner",
                status: status,
                errorCode: error?.rawValue,
                received: 0,
                sent: 12,
                remote: "127.0.0.1:1"
            )
        )
        let record = try #require(records.all.withLock { $0.first })
        return (String(decoding: LogFormat.human.line(record), as: UTF8.self), record.level)
    }

    @Test func aLineSaysWhoDidWhatAndHowItEnded() throws {
        let (text, level) = try line("/bucket/key", status: 200)
        for part in ["00AB", "GET", "/bucket/key", "GetObject", "200", "sent=12", "owner", "127.0.0.1:1"] {
            #expect(text.contains(part))
        }
        #expect(level == .info)
    }

    @Test func neitherQueriesNorHeadersAreLogged() throws {
        let (text, _) = try line("/bucket/key?X-Amz-Signature=query-signature&prefix=private", status: 403)
        for secret in ["query-signature", "secret-signature", "private", "?"] {
            #expect(!text.contains(secret))
        }
    }

    @Test func aHostilePathStaysOneLine() throws {
        let (text, _) = try line("/bucket/%0aINFO%20forged", status: 404)
        #expect(text.filter { $0 == "\n" }.count == 1)
    }

    @Test(arguments: [(500, LogLevel.warning), (503, .warning), (501, .info), (404, .info)])
    func ourOwnFailuresAreWarnings(status: Int, level: LogLevel) throws {
        #expect(try line("/b/k", status: status).level == level)
    }
}
