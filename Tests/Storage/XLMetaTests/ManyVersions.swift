import Base
import MessagePack

@testable import XLMeta

extension XLMetaFile {
    /// A file of `count` versions, the newest one last written, some of them markers and some with their shard in the file.
    static func many(_ count: Int, textSize: Int = 200, inlineCount: Int = 5) throws -> XLMetaFile {
        var entries: [Entry] = []
        var inlineData = InlineData()
        for number in 1...count {
            let id = UUID(high: 5, low: UInt64(number))
            var version = XLMetaFileTests.marker(id, at: Int64(number))
            if number % 7 != 0 {
                let text = String(repeating: "abcdefgh", count: textSize / 8)
                let metadata: MetadataMap = ["etag": "e\(number)", "X-Amz-Meta-Text": text]
                version = XLMetaFileTests.object(
                    id,
                    at: Int64(number),
                    dataDirectory: UInt64(number),
                    userMetadata: metadata
                )
            }
            guard let body = version.encodedBody() else { continue }
            entries.append(Entry(header: version.header, body: body[...]))
            if number <= inlineCount { inlineData.set([1, 2, UInt8(truncatingIfNeeded: number)], for: id) }
        }
        let file = XLMetaFile(entries: entries.reversed(), inlineData: inlineData, storedSize: 0)
        return try XLMetaFile(parsing: file.encoded())
    }
}
