package import Base

/// One thing that happened: a line of the log.
package struct LogRecord: Sendable, Equatable {
    package var time: Timestamp
    package var level: LogLevel
    package var message: String
    /// The `x-amz-request-id` of the exchange it happened in.
    package var requestID: String?
    package var fields: [LogField]

    package init(
        time: Timestamp,
        level: LogLevel,
        message: String,
        requestID: String? = nil,
        fields: [LogField] = []
    ) {
        (self.time, self.level, self.message) = (time, level, message)
        (self.requestID, self.fields) = (requestID, fields)
    }

    /// Bytes of one text after which it is cut and ends in `…`: texts may come from outside.
    package static let textSizeMax = 4096
}
