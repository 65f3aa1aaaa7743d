import Base
import Telemetry
import Testing

private final class RecordList: LogSink {
    private let list = Locked<[LogRecord]>([])
    var records: [LogRecord] { list.withLock { $0 } }
    func write(_ record: LogRecord) { list.withLock { $0.append(record) } }
}

private struct FixedTime: TimeSource {
    let now = Timestamp(seconds: 1)
    let elapsed = Duration.zero
    func sleep(for duration: Duration) async {}
}

@Suite struct LoggerTests {
    @Test func contextAndFieldsAreKeptInOrder() {
        let list = RecordList()
        let logger = Logger(level: .info, to: list, time: FixedTime())
        let code = 5
        logger.with(["drive": "/data/1"]).with(requestID: "16A9").error(
            "failed",
            ["errno": .count(code), "retry": true]
        )
        #expect(
            list.records == [
                LogRecord(
                    time: Timestamp(seconds: 1),
                    level: .error,
                    message: "failed",
                    requestID: "16A9",
                    fields: [LogField("drive", "/data/1"), LogField("errno", 5), LogField("retry", true)]
                )
            ]
        )
    }

    @Test(arguments: LogLevel.allCases)
    func recordsBelowTheLevelAreNeverMade(level: LogLevel) {
        let list = RecordList()
        let made = Counter()
        func text() -> String {
            made.add()
            return "text"
        }
        let logger = Logger(level: level, to: list)
        logger.trace(text())
        logger.debug(text())
        logger.info(text())
        logger.warning(text())
        logger.error(text())
        #expect(list.records.map(\.level) == LogLevel.allCases.filter { $0 >= level })
        #expect(made.value == UInt64(list.records.count))
    }

    @Test(
        arguments: [
            (LogValue.count(UInt64.max), LogValue.text("18446744073709551615")),
            (.count(Int64.max), .integer(.max)),
            (.of(Timestamp(seconds: 0) == Timestamp(seconds: 0)), .text("true")),
        ]
    )
    func valuesKeepTheirNumbers(value: LogValue, expected: LogValue) {
        #expect(value == expected)
    }

    @Test func countersCountAcrossThreads() async {
        let (counter, gauge) = (Counter(), Gauge())
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        counter.add()
                        gauge.add(1)
                        gauge.add(-1)
                    }
                }
            }
        }
        #expect(counter.value == 8000)
        #expect(gauge.value == 0)
        gauge.set(-3)
        #expect(gauge.value == -3)
    }
}
