package import Base

/// The `Date` line of a response, written once a second.
package struct DateLine: Sendable {
    private var second: Int64?
    private var line: [UInt8] = []

    package init() {}

    /// As in `Date: Sun, 06 Nov 1994 08:49:37 GMT`, with its line end.
    package mutating func bytes(at now: Timestamp) -> [UInt8] {
        if second != now.seconds {
            second = now.seconds
            line = Array("Date: \(now.httpDate)\r\n".utf8)
        }
        return line
    }
}
