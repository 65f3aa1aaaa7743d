import S3API
import Testing

@Suite struct ByteRangeTests {
    @Test(arguments: [
        ("bytes=0-0", 10, 0..<1), ("bytes=0-9", 10, 0..<10), ("bytes=0-10", 10, 0..<10),
        ("bytes=9-9", 10, 9..<10),
        ("bytes=9-", 10, 9..<10), ("bytes=0-", 10, 0..<10), ("bytes=-1", 10, 9..<10),
        ("bytes=-10", 10, 0..<10),
        ("bytes=-11", 10, 0..<10), ("BYTES=1-2", 10, 1..<3), ("bytes= 1 - 2 ", 10, 1..<3),
        ("bytes=1-99999999999999999999999", 10, 1..<10), ("bytes=-99999999999999999999999", 10, 0..<10),
        ("bytes=0-9223372036854775807", 10, 0..<10),
    ])
    func aRangeIsClippedToTheObject(text: String, size: Int, range: Range<Int>) throws {
        #expect(try #require(ByteRange(text)).resolve(size: size) == range)
    }

    @Test(arguments: [
        ("bytes=10-", 10), ("bytes=10-11", 10), ("bytes=-0", 10), ("bytes=0-", 0), ("bytes=0-0", 0),
        ("bytes=-1", 0),
        ("bytes=99999999999999999999999-", 10),
    ])
    func nothingToSendIsUnsatisfiable(text: String, size: Int) throws {
        let range = try #require(ByteRange(text))
        let error = #expect(throws: S3Error.self) { try range.resolve(size: size) }
        #expect(error?.code == .invalidRange)
        #expect(error?.status == 416)
        #expect(error?.headers == [S3Error.Field("content-range", "bytes */\(size)")])
    }

    @Test(arguments: [
        "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1", "bytes=2-1", "bytes=0-1,3-4", "bytes=0-1,",
        "items=0-1",
        "bytes=+1-2", "bytes=--1", "bytes=1--2", "0-1", "bytes=1-2x",
    ])
    func whatIsNoSingleRangeIsIgnored(text: String) { #expect(ByteRange(text) == nil) }

    @Test func aCopysRangeIsStrict() throws {
        #expect(try ByteRange(copySource: "bytes=0-4") == .between(first: 0, last: 4))
        for text in ["bytes=0-", "bytes=-1", "0-4", "bytes=4-0", "bytes=0-1,2-3", ""] {
            let error = #expect(throws: S3Error.self) { try ByteRange(copySource: text) }
            #expect(error?.code == .invalidArgument)
        }
    }

    @Test func theAnswersHeaderNamesBothEnds() {
        #expect(ByteRange.contentRange(0..<1, size: 10) == "bytes 0-0/10")
    }
}
