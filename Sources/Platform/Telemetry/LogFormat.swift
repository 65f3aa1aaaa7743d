import Base

/// How a record is written. Either way it is one line of UTF-8, whatever its texts contain.
package enum LogFormat: Sendable, Equatable, CaseIterable {
    /// `2026-02-12T08:49:37.123Z WARN  drive is slow request=16A9 drive=/data/1 waited="2 s"`
    case human
    /// `{"time":"…","level":"warning","message":"drive is slow","requestId":"16A9","fields":{"drive":"/data/1"}}`
    case json

    /// The line, its newline included.
    package func line(_ record: LogRecord) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(160)
        switch self {
        case .human: line.append(human: record)
        case .json: line.append(json: record)
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }
}

private let hexadecimalDigits = Array("0123456789abcdef".utf8)

extension [UInt8] {
    fileprivate mutating func append(human record: LogRecord) {
        append(contentsOf: record.time.iso8601Milliseconds.utf8)
        append(contentsOf: record.level.columnName.utf8)
        append(escaped: record.message, quotes: false)
        if let requestID = record.requestID { append(humanField: "request", .text(requestID)) }
        for field in record.fields { append(humanField: field.name, field.value) }
    }

    private mutating func append(humanField name: String, _ value: LogValue) {
        append(UInt8(ascii: " "))
        append(escaped: name, quotes: false)
        append(UInt8(ascii: "="))
        switch value {
        case .text(let text) where text.isPlainWord: append(escaped: text, quotes: true)
        case .text(let text): append(quoted: text)
        case .integer(let number): append(contentsOf: String(number).utf8)
        case .boolean(let value): append(contentsOf: String(value).utf8)
        }
    }

    fileprivate mutating func append(json record: LogRecord) {
        append(
            contentsOf: "{\"time\":\"\(record.time.iso8601Milliseconds)\",\"level\":\"\(record.level.name)\""
                .utf8
        )
        append(contentsOf: ",\"message\":".utf8)
        append(quoted: record.message)
        if let requestID = record.requestID {
            append(contentsOf: ",\"requestId\":".utf8)
            append(quoted: requestID)
        }
        if !record.fields.isEmpty { append(jsonFields: record.fields) }
        append(UInt8(ascii: "}"))
    }

    private mutating func append(jsonFields fields: [LogField]) {
        append(contentsOf: ",\"fields\":".utf8)
        var separator = UInt8(ascii: "{")
        for field in fields {
            append(separator)
            separator = UInt8(ascii: ",")
            append(quoted: field.name)
            append(UInt8(ascii: ":"))
            switch field.value {
            case .text(let text): append(quoted: text)
            case .integer(let number): append(contentsOf: String(number).utf8)
            case .boolean(let value): append(contentsOf: String(value).utf8)
            }
        }
        append(UInt8(ascii: "}"))
    }

    private mutating func append(quoted text: String) {
        append(UInt8(ascii: "\""))
        append(escaped: text, quotes: true)
        append(UInt8(ascii: "\""))
    }

    /// Escapes as JSON does. Terminals obey the C1 controls too (U+0080…U+009F), so they go the same way.
    private mutating func append(escaped text: String, quotes: Bool) {
        let end = count + LogRecord.textSizeMax
        for scalar in text.unicodeScalars {
            guard count < end else {
                append(contentsOf: "…".utf8)
                return
            }
            switch scalar {
            case "\n": append(contentsOf: #"\n"#.utf8)
            case "\r": append(contentsOf: #"\r"#.utf8)
            case "\t": append(contentsOf: #"\t"#.utf8)
            case "\"" where quotes: append(contentsOf: #"\""#.utf8)
            case "\\" where quotes: append(contentsOf: #"\\"#.utf8)
            case "\0"..<" ", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}": append(codePoint: scalar.value)
            default: append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }

    private mutating func append(codePoint value: UInt32) {
        append(contentsOf: #"\u"#.utf8)
        for shift in [12, 8, 4, 0] as [UInt32] { append(hexadecimalDigits[Int(value >> shift & 15)]) }
    }
}

extension LogLevel {
    /// With the spaces around it, so that messages stand in one column.
    fileprivate var columnName: String {
        switch self {
        case .trace: " TRACE "
        case .debug: " DEBUG "
        case .info: " INFO  "
        case .warning: " WARN  "
        case .error: " ERROR "
        }
    }
}

extension String {
    /// Needs no quotes to be told from its neighbours.
    fileprivate var isPlainWord: Bool {
        !isEmpty && unicodeScalars.allSatisfy { $0 > " " && $0 != "\"" && $0 != "=" && $0 != "\\" }
    }
}
