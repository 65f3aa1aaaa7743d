internal import Base
internal import Cryptography

/// Takes an aws-chunked body apart and checks it on the way.
///
///     size ─▶ bytes ─▶ CRLF ─▶ size … ─▶ 0 ─▶ [trailer lines] ─▶ empty line ─▶ complete
///       │        └ a signed chunk's signature is checked with its last byte
///       └ 10000;chunk-signature=ad80…␍␊ signed, 10000␍␊ unsigned
///
/// Pure: fed with bytes, it neither waits nor reads. Bytes are handed on before the signature of their
/// chunk is known, so nothing made from them may last until ``State/complete``. After an error the decoder
/// is of no more use. One task at a time.
package struct SignedChunkDecoder: ~Copyable {
    package enum State: Sendable, Hashable {
        /// All input was consumed.
        case needsInput
        /// The output is full and there may be more for it.
        case needsOutput
        /// The last chunk, every signature, the declared size and the trailer were right.
        case complete
    }

    /// The largest signed chunk, as MinIO has it: so much may be handed on unverified. Unsigned chunks are
    /// only limited by the declared size, as some clients send the whole body as one.
    package static let signedChunkSizeMax = 16 << 20
    /// The longest line of a chunk's head, and all trailer lines together.
    static let lineSizeMax = 1024
    static let trailerSizeMax = 8192

    private enum Step {
        case head
        case data(remaining: Int)
        case lineEnd
        case trailer
        case complete
    }

    private let payload: ChunkedPayload
    private let signatures: ChunkSignatures?
    private var step = Step.head
    private var line: [UInt8] = []
    private var digest = SHA256()
    private var expectedSignature: [UInt8] = []
    private var previousSignature: [UInt8]
    private var chunkNumber = 0
    private var decodedSize = 0
    private var offset = 0
    private var trailerSize = 0
    private var signedTrailer: [UInt8] = []
    private var trailerIsVerified = false
    private var lastChunkIsVerified = false

    /// The trailing fields in the order sent, names in lower case; all of them once complete.
    package private(set) var trailers: [(name: String, value: String)] = []

    /// `signature` is the request's; not needed for unsigned chunks, and not used for them.
    ///
    /// - Throws: ``SigV4Error/signedChunksWithoutSignature`` where signed chunks come without a verified signature,
    ///   as in an anonymous request.
    package init(payload: ChunkedPayload, signature: VerifiedSignature?) throws(SigV4Error) {
        self.payload = payload
        switch payload.kind {
        case .signedChunks, .signedChunksWithTrailer:
            guard let signature else { throw .signedChunksWithoutSignature }
            signatures = ChunkSignatures(key: signature.key, date: signature.date)
            previousSignature = signature.signature
        case .hashed, .unsigned, .unsignedChunksWithTrailer:
            signatures = nil
            previousSignature = []
        }
    }

    /// Consumes from the front of `input` and writes to the front of `output` until one of them, or the
    /// body, is at its end. Neither buffer is kept.
    ///
    /// - Throws: a case of ``SigV4Error`` about bodies.
    package mutating func decode(
        input: UnsafeRawBufferPointer,
        output: UnsafeMutableRawBufferPointer
    ) throws(SigV4Error) -> (consumed: Int, produced: Int, state: State) {
        var consumed = 0
        var produced = 0
        while consumed < input.count {
            switch step {
            case .head, .lineEnd, .trailer:
                guard try takeLine(input, &consumed) else { continue }
                try finishLine()
            case .data(let remaining):
                let size = min(remaining, input.count - consumed, output.count - produced)
                if size == 0 { return (consumed, produced, .needsOutput) }
                let bytes = UnsafeRawBufferPointer(rebasing: input[consumed..<consumed + size])
                UnsafeMutableRawBufferPointer(rebasing: output[produced..<produced + size])
                    .copyMemory(from: bytes)
                if signatures != nil { digest.update(bytes) }
                consumed += size
                produced += size
                offset += size
                decodedSize += size
                if size == remaining {
                    try finishChunk()
                    step = .lineEnd
                } else {
                    step = .data(remaining: remaining - size)
                }
            case .complete:
                throw .bytesAfterEnd
            }
        }
        if case .complete = step { return (consumed, produced, .complete) }
        return (consumed, produced, .needsInput)
    }

    /// To be called when the body ends, whatever ``decode(input:output:)`` said last: returns only if
    /// everything that had to come has come. The line break behind a verified end may be missing.
    package borrowing func endOfBody() throws(SigV4Error) {
        switch step {
        case .complete: return
        case .lineEnd where lastChunkIsVerified && line.isEmpty: return
        case .trailer where line.isEmpty:
            if let missing = missingTrailer { throw .trailerMissing(missing) }
            guard signatures == nil || trailerIsVerified else { throw .trailerSignatureMismatch }
            return
        case .head, .data, .lineEnd, .trailer: throw .bodyTooShort
        }
    }

    private var missingTrailer: String? {
        payload.trailerNames.first { name in !trailers.contains { $0.name == name } }
    }

    /// Adds to `line` up to its line feed; `false` while there is none yet.
    private mutating func takeLine(
        _ input: UnsafeRawBufferPointer,
        _ consumed: inout Int
    ) throws(SigV4Error) -> Bool {
        let rest = input[consumed...]
        let end = rest.firstIndex(of: UInt8(ascii: "\n"))
        let piece = rest[..<(end ?? rest.endIndex)]
        guard line.count + piece.count <= Self.lineSizeMax else { throw .malformedChunk(offset: offset) }
        line += piece
        let taken = piece.count + (end == nil ? 0 : 1)
        consumed += taken
        offset += taken
        return end != nil
    }

    /// `line` holds one line without its line feed.
    private mutating func finishLine() throws(SigV4Error) {
        defer { line.removeAll(keepingCapacity: true) }
        let hasReturn = line.last == UInt8(ascii: "\r")
        if hasReturn { line.removeLast() }
        switch step {
        case .head:
            guard hasReturn else { throw .malformedChunk(offset: offset) }
            try startChunk()
        case .lineEnd:
            guard hasReturn, line.isEmpty else { throw .malformedChunk(offset: offset) }
            step = lastChunkIsVerified ? .complete : .head
        case .trailer: try takeTrailer()
        case .data, .complete: preconditionFailure("no line is read here")
        }
    }

    private mutating func startChunk() throws(SigV4Error) {
        let digits = line.prefix { $0 != UInt8(ascii: ";") }
        guard (1...16).contains(digits.count) else { throw .malformedChunk(offset: offset) }
        var size = 0
        for digit in digits {
            guard let value = digit.hexadecimalDigitValue, size <= Int.max >> 4 else {
                throw .malformedChunk(offset: offset)
            }
            size = size << 4 | Int(value)
        }
        chunkNumber += 1
        if signatures != nil {
            let prefix = Array(";chunk-signature=".utf8)
            let rest = line[digits.endIndex...]
            guard rest.starts(with: prefix), rest.count == prefix.count + 64 else {
                throw .malformedChunk(offset: offset)
            }
            expectedSignature = Array(rest.dropFirst(prefix.count))
            guard size <= Self.signedChunkSizeMax else {
                throw .chunkTooLarge(size: size, sizeMax: Self.signedChunkSizeMax)
            }
        } else if digits.count != line.count {
            throw .malformedChunk(offset: offset)
        }
        guard size <= payload.decodedSize - decodedSize else {
            let (found, overflows) = decodedSize.addingReportingOverflow(size)
            throw .decodedLengthMismatch(declared: payload.decodedSize, found: overflows ? .max : found)
        }
        step = .data(remaining: size)
        if size == 0 { try finishLastChunk() }
    }

    private mutating func finishLastChunk() throws(SigV4Error) {
        try finishChunk()
        guard decodedSize == payload.decodedSize else {
            throw .decodedLengthMismatch(declared: payload.decodedSize, found: decodedSize)
        }
        lastChunkIsVerified = true
        step = payload.kind.hasTrailer ? .trailer : .lineEnd
    }

    /// All of a chunk's bytes have gone through the digest.
    private mutating func finishChunk() throws(SigV4Error) {
        guard let signatures else { return }
        let signature = signatures.signature(ofChunkDigest: digest.finalize(), after: previousSignature)
        guard constantTimeEqual(signature, expectedSignature) else {
            throw .chunkSignatureMismatch(number: chunkNumber)
        }
        previousSignature = signature
    }

    /// One trailing line, or the empty one that ends them. Some clients put empty lines between the fields
    /// and their signature, or before the fields; the end is the first empty line after all that must come.
    private mutating func takeTrailer() throws(SigV4Error) {
        trailerSize += line.count + 2
        guard trailerSize <= Self.trailerSizeMax else { throw .malformedTrailer }
        guard !line.isEmpty else {
            if signatures == nil ? missingTrailer == nil : trailerIsVerified { step = .complete }
            return
        }
        guard !trailerIsVerified, let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else {
            throw .malformedTrailer
        }
        let name = String(decoding: line[..<colon].map(\.asciiLowerCased), as: UTF8.self)
        let value = String(decoding: line[(colon + 1)...].trimmed, as: UTF8.self)
        if name == SignatureField.trailerSignature, let signatures {
            try verifyTrailer(signatures, value)
            return
        }
        guard payload.trailerNames.contains(name) else { throw .trailerNotDeclared(name) }
        guard !trailers.contains(where: { $0.name == name }) else { throw .malformedTrailer }
        trailers.append((name, value))
        signedTrailer += "\(name):\(value)\n".utf8
    }

    private mutating func verifyTrailer(_ signatures: ChunkSignatures, _ value: String) throws(SigV4Error) {
        if let missing = missingTrailer { throw .trailerMissing(missing) }
        let signature = signatures.signature(ofTrailer: signedTrailer, after: previousSignature)
        guard constantTimeEqual(signature, Array(value.utf8)) else { throw .trailerSignatureMismatch }
        trailerIsVerified = true
    }
}
