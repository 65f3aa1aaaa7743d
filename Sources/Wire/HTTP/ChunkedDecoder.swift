/// The framing of a chunked body (RFC 9112 §7.1), without touching the bytes it frames.
///
///     ┌▶ size ─▶ [;extension] ─▶ CRLF ─▶ data ─▶ CRLF ─┐
///     └────────────────────────────────────────────────┘
///               0 ─▶ CRLF ─▶ *(trailer CRLF) ─▶ CRLF ─▶ end
///
/// ``parseFraming(_:)`` takes bytes until a chunk's data begins; the caller moves the data wherever it
/// wants, at most ``dataRemaining`` bytes, and says so with ``tookData(_:)``. Extensions are skipped; a body
/// may have 64 KiB of them, a chunk 1 KiB. Trailers are bounded like a small head.
package struct ChunkedDecoder: Sendable {
    private enum State: Sendable {
        /// `digits` read so far.
        case size(UInt64, digits: Int)
        case `extension`(UInt64, length: Int)
        case sizeLineFeed(UInt64)
        case data
        case dataReturn
        case dataLineFeed
        case trailers
        case end
    }

    private var state = State.size(0, digits: 0)
    private var extensionSize = 0
    private var trailerBytes: [UInt8] = []
    private var trailerLineStart = 0
    private var trailerLines = FieldLines(limits: .trailers)

    private static let chunkExtensionSizeMax = 1024
    private static let extensionSizeMax = 64 * 1024

    package init() {}

    /// Bytes of the present chunk that have not been taken; 0 between chunks and after the end.
    package private(set) var dataRemaining: Int64 = 0

    /// The last chunk and the trailers have been read.
    package var isAtEnd: Bool {
        guard case .end = state else { return false }
        return true
    }

    /// Empty until ``isAtEnd``.
    package private(set) var trailers = FieldSection.empty

    /// The caller took `count` bytes of the chunk.
    package mutating func tookData(_ count: Int) {
        precondition(count >= 0 && Int64(count) <= dataRemaining)
        dataRemaining -= Int64(count)
        if dataRemaining == 0, case .data = state { state = .dataReturn }
    }

    /// Takes framing from the front of `input`, until data begins, the body ends or the input does.
    ///
    /// - Returns: how many bytes were framing. When data remains in the chunk none are.
    /// - Throws: ``HTTPError``; the decoder is then used up.
    package mutating func parseFraming(_ input: UnsafeRawBufferPointer) throws(HTTPError) -> Int {
        var offset = 0
        while offset < input.count {
            switch state {
            case .data, .end: return offset
            case .trailers:
                offset = try parseTrailers(input, from: offset)
            case .size, .extension, .sizeLineFeed, .dataReturn, .dataLineFeed:
                try take(input[offset])
                offset += 1
            }
        }
        return offset
    }

    private mutating func take(_ byte: UInt8) throws(HTTPError) {
        switch state {
        case .size(let size, let digits): try takeSize(byte, size, digits)
        case .extension(let size, let length): try takeExtension(byte, size, length)
        case .sizeLineFeed(let size):
            guard byte == 0x0a else { throw .bareCarriageReturn }
            dataRemaining = Int64(size)
            state = size == 0 ? .trailers : .data
        case .dataReturn:
            guard byte == 0x0d else { throw .malformedChunkEnd }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == 0x0a else { throw .malformedChunkEnd }
            state = .size(0, digits: 0)
        case .data, .trailers, .end: preconditionFailure("not framing")
        }
    }

    private mutating func takeSize(_ byte: UInt8, _ size: UInt64, _ digits: Int) throws(HTTPError) {
        if let digit = hexadecimalDigit(byte) {
            // 16 digits hold every size, so more are zeros in front or too much.
            guard digits < 16, size >> 59 == 0 else { throw .malformedChunkSize }
            state = .size(size << 4 | UInt64(digit), digits: digits + 1)
            return
        }
        guard digits > 0 else { throw .malformedChunkSize }
        switch byte {
        case 0x0d: state = .sizeLineFeed(size)
        case 0x0a: throw .bareLineFeed
        case UInt8(ascii: ";"): state = .extension(size, length: 1)
        default: throw .malformedChunkSize
        }
    }

    private mutating func takeExtension(_ byte: UInt8, _ size: UInt64, _ length: Int) throws(HTTPError) {
        if byte == 0x0d {
            state = .sizeLineFeed(size)
            return
        }
        guard byte != 0x0a else { throw .bareLineFeed }
        extensionSize += 1
        guard Token.isValueByte(byte), length < Self.chunkExtensionSizeMax,
            extensionSize <= Self.extensionSizeMax
        else { throw .malformedChunkExtension }
        state = .extension(size, length: length + 1)
    }

    /// Returns the offset after what it took.
    private mutating func parseTrailers(_ input: UnsafeRawBufferPointer, from start: Int) throws(HTTPError)
        -> Int
    {
        var offset = start
        while let end = lineFeed(in: input, from: offset) {
            trailerBytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: input[offset...end]))
            offset = end + 1
            if try trailerLines.append(trailerLineStart..<trailerBytes.count, of: trailerBytes) {
                trailers = FieldSection(bytes: trailerBytes, entries: trailerLines.entries)
                state = .end
                return offset
            }
            trailerLineStart = trailerBytes.count
        }
        trailerBytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: input[offset...]))
        try trailerLines.check(unfinished: trailerBytes.count - trailerLineStart)
        return input.count
    }
}

private func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
