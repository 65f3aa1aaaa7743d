/// A Range header of one range (RFC 9110 §14.1.2).
package enum ByteRange: Sendable, Hashable {
    /// `bytes=first-`
    case from(first: Int)
    /// `bytes=first-last`, both included; `first <= last`.
    case between(first: Int, last: Int)
    /// `bytes=-count`: the last bytes.
    case last(count: Int)

    /// `nil` for what a GET ignores, as S3 does: another unit, several ranges, `last` before `first`, or
    /// anything that is no range.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let unit = Array("bytes=".utf8)
        guard bytes.count > unit.count, zip(bytes, unit).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else {
            return nil
        }
        let spec = bytes.dropFirst(unit.count)
        guard let hyphen = spec.firstIndex(of: UInt8(ascii: "-")) else { return nil }
        let (head, tail) = (trimmed(spec[..<hyphen]), trimmed(spec[(hyphen + 1)...]))
        switch (head.isEmpty, tail.isEmpty) {
        case (true, true): return nil
        case (true, false):
            guard let count = number(tail) else { return nil }
            self = .last(count: count)
        case (false, true):
            guard let first = number(head) else { return nil }
            self = .from(first: first)
        case (false, false):
            guard let first = number(head), let last = number(tail), first <= last else { return nil }
            self = .between(first: first, last: last)
        }
    }

    /// x-amz-copy-source-range: nothing but `bytes=first-last`.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument``.
    package init(copySource text: some StringProtocol) throws(S3Error) {
        guard let range = ByteRange(text), case .between = range else {
            throw S3Error(
                .invalidArgument,
                "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
                fields: [
                    S3Error.Field("ArgumentName", S3Header.copySourceRange),
                    S3Error.Field("ArgumentValue", String(text)),
                ]
            )
        }
        self = range
    }

    /// The bytes of an object of `size` that are meant, clipped to its end.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/invalidRange`` with `Content-Range: bytes */size` when not one
    ///   byte is meant.
    package func resolve(size: Int) throws(S3Error) -> Range<Int> {
        switch self {
        case .from(let first) where first < size: return first..<size
        case .between(let first, let last) where first < size: return first..<(min(last, size - 1) + 1)
        case .last(let count) where count > 0 && size > 0: return (size - min(count, size))..<size
        case .from, .between, .last:
            throw S3Error(
                .invalidRange,
                fields: [S3Error.Field("ActualObjectSize", String(size))],
                headers: [S3Error.Field("content-range", "bytes */\(size)")]
            )
        }
    }

    /// The value of Content-Range for bytes that are sent; `range` is not empty.
    package static func contentRange(_ range: Range<Int>, size: Int) -> String {
        "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
    }
}

private func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes.drop { $0 == UInt8(ascii: " ") }
    while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
    return bytes
}

/// Digits; more than an `Int` holds is as good as its largest, one less, so that one can be added.
private func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    return min(Int(String(decoding: digits, as: UTF8.self)) ?? .max, .max - 1)
}
