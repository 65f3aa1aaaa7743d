import Base
import Foundation
import Telemetry
import Testing

@Suite struct LogFormatTests {
    private func line(
        _ format: LogFormat,
        _ message: String,
        requestID: String? = nil,
        level: LogLevel = .warning,
        _ fields: [LogField] = []
    ) -> String {
        let time = Timestamp(nanoseconds: 1_770_886_177_123_456_789)
        let record = LogRecord(
            time: time,
            level: level,
            message: message,
            requestID: requestID,
            fields: fields
        )
        return String(decoding: format.line(record), as: UTF8.self)
    }

    private let fields = [
        LogField("drive", "/data/1"), LogField("count", 3), LogField("isOnline", false),
        LogField("reason", "I/O error"),
        LogField("empty", ""),
    ]

    @Test func theHumanFormIsOneLine() {
        #expect(
            line(.human, "drive is slow", requestID: "16A9", fields)
                == #"2026-02-12T08:49:37.123Z WARN  drive is slow request=16A9 drive=/data/1 count=3 isOnline=false reason="I/O error" empty="""#
                + "\n"
        )
    }

    @Test func theJSONFormIsOneLine() {
        #expect(
            line(.json, "drive is slow", requestID: "16A9", fields)
                == #"{"time":"2026-02-12T08:49:37.123Z","level":"warning","message":"drive is slow","requestId":"16A9","#
                + #""fields":{"drive":"/data/1","count":3,"isOnline":false,"reason":"I/O error","empty":""}}"#
                + "\n"
        )
        #expect(
            line(.json, "up", level: .info)
                == #"{"time":"2026-02-12T08:49:37.123Z","level":"info","message":"up"}"# + "\n"
        )
    }

    @Test(arguments: LogLevel.allCases)
    func messagesStandInOneColumn(level: LogLevel) {
        #expect(line(.human, "x", level: level).utf8.count == "2026-02-12T08:49:37.123Z ERROR x\n".utf8.count)
    }

    /// A key may hold any of these, and a line that ends early would let a client write log lines.
    @Test(
        arguments: [
            ("a\nb", #"a\nb"#), ("a\r\nb", #"a\r\nb"#), ("a\tb", #"a\tb"#), ("\u{1b}[31m", #"\u001b[31m"#),
            ("a\u{9b}b", #"a\u009bb"#), ("a\u{2028}b", #"a\u2028b"#), ("\0", #"\u0000"#),
            ("\u{7f}", #"\u007f"#),
            (#"a"b\c"#, #"a\"b\\c"#), ("ü😀", "ü😀"),
        ]
    )
    func controlsAreEscaped(text: String, escaped: String) {
        for format in LogFormat.allCases {
            let line = line(format, "m", [LogField("key", .text(text))])
            #expect(line.contains(escaped), "\(line)")
            #expect(line.utf8.dropLast().allSatisfy { $0 >= 0x20 }, "\(line)")
        }
    }

    @Test(arguments: [LogRecord.textSizeMax - 1, LogRecord.textSizeMax, LogRecord.textSizeMax + 1, 1 << 20])
    func longTextsAreCut(size: Int) {
        let line = line(.human, String(repeating: "x", count: size))
        let isCut = size > LogRecord.textSizeMax
        #expect(line.hasSuffix("x…\n") == isCut)
        #expect(line.utf8.filter { $0 == UInt8(ascii: "x") }.count == min(size, LogRecord.textSizeMax))
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func anyTextMakesALineOfValidJSON(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = (0..<64).map { _ in UInt8.random(in: 0...255, using: &random) }
        let text = String(decoding: bytes, as: UTF8.self)
        let line = LogFormat.json.line(
            LogRecord(
                time: Timestamp(seconds: 0),
                level: .info,
                message: text,
                fields: [LogField(text, .text(text))]
            )
        )
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        #expect((object["message"] as? String)?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
        #expect(line.filter { $0 == UInt8(ascii: "\n") }.count == 1)
    }

    @Test(
        arguments: [
            ("trace", .trace), ("DEBUG", .debug), ("Info", .info), ("warn", .warning), ("warning", .warning),
            ("error", .error), ("", nil), ("fatal", nil),
        ] as [(String, LogLevel?)]
    )
    func levelNames(name: String, level: LogLevel?) {
        #expect(LogLevel(name: name) == level)
    }
}
