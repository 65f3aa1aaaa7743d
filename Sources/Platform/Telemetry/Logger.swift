package import Base

/// Where records go: a ``LogWriter``, or a test's list.
package protocol LogSink: Sendable {
    /// Any thread may call it; returns soon, whatever the state of the reader.
    func write(_ record: LogRecord)
}

/// Makes records and hands those that matter to the sink. A value: copies with more context are cheap.
package struct Logger: Sendable {
    /// Records below it are dropped before their texts are made.
    package let level: LogLevel
    private let sink: any LogSink
    private let time: any TimeSource
    private var requestID: String?
    private var context: [LogField] = []

    package init(level: LogLevel, to sink: some LogSink, time: some TimeSource = SystemTime()) {
        (self.level, self.sink, self.time) = (level, sink, time)
    }

    /// A logger whose records carry the exchange's id.
    package func with(requestID: String) -> Self {
        var copy = self
        copy.requestID = requestID
        return copy
    }

    /// A logger whose records start with these fields.
    package func with(_ fields: KeyValuePairs<StaticString, LogValue>) -> Self {
        var copy = self
        copy.context += fields.map { LogField("\($0.key)", $0.value) }
        return copy
    }

    package func log(
        _ level: LogLevel,
        _ message: @autoclosure () -> String,
        _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
    ) {
        guard level >= self.level else { return }
        let record = LogRecord(
            time: time.now,
            level: level,
            message: message(),
            requestID: requestID,
            fields: context + fields().map { LogField("\($0.key)", $0.value) }
        )
        sink.write(record)
    }
}

extension Logger {
    package func trace(
        _ message: @autoclosure () -> String,
        _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
    ) { log(.trace, message(), fields()) }

    package func debug(
        _ message: @autoclosure () -> String,
        _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
    ) { log(.debug, message(), fields()) }

    package func info(
        _ message: @autoclosure () -> String,
        _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
    ) { log(.info, message(), fields()) }

    package func warning(
        _ message: @autoclosure () -> String,
        _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
    ) { log(.warning, message(), fields()) }

    package func error(
        _ message: @autoclosure () -> String,
        _ fields: @autoclosure () -> KeyValuePairs<StaticString, LogValue> = [:]
    ) { log(.error, message(), fields()) }
}
