/// Gathers field lines until the empty one.
///
///     name ":" OWS value OWS CRLF … CRLF
///
/// The bytes live in the caller's array, so that a head keeps its request line and fields in one piece.
struct FieldLines: Sendable {
    private let limits: HeadLimits
    private(set) var entries: [FieldSection.Entry] = []
    private var size = 0

    init(limits: HeadLimits) { self.limits = limits }

    /// Refuses a line that is too long before its end is there.
    func check(unfinished lineSize: Int) throws(HTTPError) {
        guard size + lineSize <= limits.fieldsSizeMax else { throw .fieldsTooLarge }
    }

    /// Takes the line at `range` of `bytes`, which ends with a line feed.
    ///
    /// - Returns: whether it was the empty line that ends the section.
    mutating func append(_ range: Range<Int>, of bytes: [UInt8]) throws(HTTPError) -> Bool {
        size += range.count
        guard size <= limits.fieldsSizeMax else { throw .fieldsTooLarge }
        guard range.count >= 2, bytes[range.upperBound - 2] == 0x0d else { throw .bareLineFeed }
        let line = range.lowerBound..<range.upperBound - 2
        guard !line.isEmpty else { return true }
        guard entries.count < limits.fieldCountMax else { throw .fieldsTooLarge }
        entries.append(try Self.entry(line, of: bytes))
        return false
    }

    private static func entry(_ line: Range<Int>, of bytes: [UInt8]) throws(HTTPError) -> FieldSection.Entry {
        let result = bytes.withUnsafeBufferPointer { bytes -> Result<FieldSection.Entry, HTTPError> in
            if Token.isSpace(bytes[line.lowerBound]) { return .failure(.foldedLine) }
            var colon = line.lowerBound
            while colon < line.upperBound, Token.isTokenByte(bytes[colon]) { colon += 1 }
            guard colon < line.upperBound, bytes[colon] == UInt8(ascii: ":"), colon > line.lowerBound else {
                let isReturn = colon < line.upperBound && bytes[colon] == 0x0d
                return .failure(isReturn ? .bareCarriageReturn : .malformedFieldName)
            }
            var (start, end) = (colon + 1, line.upperBound)
            while start < end, Token.isSpace(bytes[start]) { start += 1 }
            while end > start, Token.isSpace(bytes[end - 1]) { end -= 1 }
            for index in start..<end where !Token.isValueByte(bytes[index]) {
                return .failure(bytes[index] == 0x0d ? .bareCarriageReturn : .malformedFieldValue)
            }
            return .success(
                FieldSection.Entry(
                    nameStart: UInt32(line.lowerBound),
                    nameEnd: UInt32(colon),
                    valueStart: UInt32(start),
                    valueEnd: UInt32(end)
                )
            )
        }
        return try result.get()
    }
}
