internal import Base

/// What a request says about its body in x-amz-content-sha256.
package enum PayloadKind: Sendable, Hashable {
    /// The SHA-256 of the whole body, 32 bytes; whoever reads the body compares it.
    case hashed([UInt8])
    /// `UNSIGNED-PAYLOAD`
    case unsigned
    /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`: chunks, each signed.
    case signedChunks
    /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER`: the same with signed trailing fields.
    case signedChunksWithTrailer
    /// `STREAMING-UNSIGNED-PAYLOAD-TRAILER`: plain chunks with trailing fields.
    case unsignedChunksWithTrailer

    /// `nil` for an unknown word or anything but 64 hexadecimal digits.
    package init?(_ text: String) {
        switch text {
        case "UNSIGNED-PAYLOAD": self = .unsigned
        case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": self = .signedChunks
        case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": self = .signedChunksWithTrailer
        case "STREAMING-UNSIGNED-PAYLOAD-TRAILER": self = .unsignedChunksWithTrailer
        default:
            guard text.utf8.count == 64, let digest = [UInt8](hexadecimal: text) else { return nil }
            self = .hashed(digest)
        }
    }

    /// As it stands in the header.
    package var text: String {
        switch self {
        case .hashed(let digest): digest.hexadecimal
        case .unsigned: "UNSIGNED-PAYLOAD"
        case .signedChunks: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
        case .signedChunksWithTrailer: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
        case .unsignedChunksWithTrailer: "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
        }
    }

    /// Whether the body is in chunks that ``SignedChunkDecoder`` takes apart.
    package var isChunked: Bool {
        switch self {
        case .hashed, .unsigned: false
        case .signedChunks, .signedChunksWithTrailer, .unsignedChunksWithTrailer: true
        }
    }

    package var hasTrailer: Bool {
        switch self {
        case .hashed, .unsigned, .signedChunks: false
        case .signedChunksWithTrailer, .unsignedChunksWithTrailer: true
        }
    }
}

/// How a chunked body is declared in the head. Independent of who signed the request: an anonymous
/// request may send unsigned chunks.
package struct ChunkedPayload: Sendable, Hashable {
    package let kind: PayloadKind
    /// The body's size without framing, from x-amz-decoded-content-length; 0 or more.
    package let decodedSize: Int
    /// The fields that must follow the last chunk, lower case, from x-amz-trailer.
    package let trailerNames: [String]

    package init(kind: PayloadKind, decodedSize: Int, trailerNames: [String]) {
        precondition(kind.isChunked && decodedSize >= 0)
        self.kind = kind
        self.decodedSize = decodedSize
        self.trailerNames = trailerNames
    }

    /// `nil` when x-amz-content-sha256 does not declare chunks.
    ///
    /// - Throws: ``SigV4Error/decodedLengthMissing``; ``SigV4Error/malformedPayloadHash``.
    package init?(of request: some SignableRequest) throws(SigV4Error) {
        guard let text = request.value(of: SignatureField.contentSHA256) else { return nil }
        guard let kind = PayloadKind(text) else { throw .malformedPayloadHash }
        guard kind.isChunked else { return nil }
        guard let length = request.value(of: SignatureField.decodedContentLength),
            let decodedSize = decimal(length)
        else { throw .decodedLengthMissing }
        let names = request.values(of: SignatureField.trailer).flatMap { value in
            value.split(separator: UInt8(ascii: ",")).map { name in
                String(decoding: name.trimmed.map(\.asciiLowerCased), as: UTF8.self)
            }
        }
        self.init(kind: kind, decodedSize: decodedSize, trailerNames: kind.hasTrailer ? names : [])
    }
}

/// Digits only, and no more than an `Int` holds.
func decimal(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty,
        text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return Int(text)
}
