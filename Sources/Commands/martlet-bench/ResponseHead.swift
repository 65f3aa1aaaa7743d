/// What a client needs of an answer's head.
struct ResponseHead: Equatable, Sendable {
    var status: Int
    /// Bytes of the body; `nil` when the head does not say.
    var contentLength: Int?
    /// Whether the connection may carry another request.
    var keepsAlive: Bool
    /// Which version of the object it is about; `nil` when the head does not say.
    var versionID: String?

    /// Longer heads are refused.
    static let sizeMax = 16 << 10

    /// An answer that precedes the real one (RFC 9110 §15.2).
    var isInterim: Bool { (100..<200).contains(status) }

    /// Reads a head without the empty line at its end. Lines end in CR LF.
    ///
    /// - Throws: ``RequestError/malformedHead``.
    init(_ bytes: some Collection<UInt8>) throws(RequestError) {
        guard bytes.count <= Self.sizeMax else { throw .malformedHead }
        let lines = String(decoding: bytes, as: UTF8.self).split(
            separator: "\r\n",
            omittingEmptySubsequences: false
        )
        let words = lines[0].split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0", words[1].utf8.count == 3,
            let status = Self.decimal(words[1]), (100...599).contains(status)
        else { throw .malformedHead }
        self.status = status
        keepsAlive = words[0] == "HTTP/1.1"
        for line in lines.dropFirst() { try readField(line) }
    }

    private mutating func readField(_ line: Substring) throws(RequestError) {
        guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else { throw .malformedHead }
        let value = line[line.index(after: colon)...].trimmingBlanks
        switch line[..<colon].lowercased() {
        case "content-length":
            guard let length = Self.decimal(value), contentLength == nil || contentLength == length
            else { throw .malformedHead }
            contentLength = length
        case "x-amz-version-id": versionID = String(value)
        case "connection":
            for option in value.split(separator: ",") {
                switch option.trimmingBlanks.lowercased() {
                case "close": keepsAlive = false
                case "keep-alive": keepsAlive = true
                default: break
                }
            }
        case "transfer-encoding":
            // Whatever Content-Length says then, it is not the size of what follows (RFC 9112 §6.1).
            throw .contentLengthMissing
        default: break
        }
    }

    private static func decimal(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        return self[
            (firstIndex { !isBlank($0) } ?? endIndex)..<(lastIndex { !isBlank($0) }.map(index(after:))
                ?? endIndex)
        ]
    }
}
