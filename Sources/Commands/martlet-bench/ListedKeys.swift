/// What a benchmark has to know of an answer to ListObjectsV2.
struct ListedKeys: Equatable {
    /// In the order in which they came.
    var keys: [String] = []
    /// What to ask for next; `nil` after the last page.
    var token: String?

    /// Takes elements for what their names say, wherever they stand: the keys of a benchmark need no escaping.
    init(_ document: [UInt8]) {
        var rest = document[...]
        while let text = Self.nextText(of: "Key", in: &rest) { keys.append(text) }
        rest = document[...]
        token = Self.nextText(of: "NextContinuationToken", in: &rest)
    }

    private static func nextText(of name: String, in rest: inout ArraySlice<UInt8>) -> String? {
        guard let start = end(of: Array("<\(name)>".utf8), in: rest),
            let end = rest[start...].firstIndex(of: UInt8(ascii: "<"))
        else { return nil }
        let text = String(decoding: rest[start..<end], as: UTF8.self)
        rest = rest[end...]
        return text
    }

    private static func end(of mark: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        var start = bytes.startIndex
        while let found = bytes[start...].firstIndex(of: mark[0]) {
            if bytes[found...].starts(with: mark) { return found + mark.count }
            start = found + 1
        }
        return nil
    }
}
