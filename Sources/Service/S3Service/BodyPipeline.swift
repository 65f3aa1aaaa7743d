internal import Base
internal import Bytes
internal import Cryptography
package import S3API
package import SigV4

/// One pass over a request's body: framing off, digests over every byte, the size checked.
///
///     client ─▶ [aws-chunks] ─▶ MD5, SHA-256, checksum ─▶ whoever reads
///
/// A plain body is read straight into the reader's memory. What was read counts for nothing until
/// ``finish()`` has returned: only then is every digest known to match. For one task at a time.
package final class BodyPipeline<Source: RequestSource>: ByteSource {
    private let declaration: BodyDeclaration
    private var source: Source
    private var decoder: ChunkReader?
    private var received: Int64 = 0
    private var isAtEnd = false
    private var md5 = MD5()
    private let payload: RunningChecksum?
    private let checksum: RunningChecksum?

    /// - Parameters:
    ///   - signature: what signed chunks are checked with.
    ///   - algorithm: computed where the request declares no checksum.
    package init(
        _ source: Source,
        _ declaration: BodyDeclaration,
        signature: VerifiedSignature?,
        computing algorithm: ChecksumAlgorithm? = nil
    ) throws(S3Error) {
        self.source = source
        self.declaration = declaration
        payload = declaration.sha256 == nil ? nil : RunningChecksum(.sha256)
        let requested = declaration.checksum.algorithm ?? algorithm
        checksum = requested == .sha256 && payload != nil ? payload : requested.map { RunningChecksum($0) }
        if let chunked = declaration.chunked {
            decoder = try ChunkReader(chunked, signature: signature)
        }
    }

    /// - Throws: an error for the client: a body that is short, cut off, too slow, or whose chunks are wrong.
    package func read(into buffer: UnsafeMutableRawBufferPointer) async throws(S3Error) -> Int {
        guard !isAtEnd else { return 0 }
        let count =
            if let decoder { try await decoder.read(into: buffer, from: &source) } else {
                try await source.read(into: buffer)
            }
        guard count > 0 else {
            guard received == declaration.size || !declaration.isSizeExact else {
                throw S3Error(.incompleteBody)
            }
            isAtEnd = true
            return 0
        }
        received += Int64(count)
        guard received <= declaration.size else {
            throw S3Error(declaration.isSizeExact ? .incompleteBody : .entityTooLarge)
        }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        md5.update(bytes)
        payload?.update(bytes)
        if let checksum, checksum !== payload { checksum.update(bytes) }
        return count
    }

    /// Reads what is left, which can only be framing, and compares every digest that was promised. To be
    /// called once.
    ///
    /// - Throws: BadDigest, XAmzContentSHA256Mismatch, IncompleteBody, or what ``read(into:)`` throws.
    package func finish() async throws(S3Error) -> BodyDigest {
        try await drain()
        let digest = md5.finalize()
        if let declared = declaration.md5, declared != digest {
            throw S3Error(
                .badDigest,
                "The Content-MD5 you specified did not match what we received.",
                fields: [
                    S3Error.Field("ExpectedDigest", Base64.standard.encode(declared)),
                    S3Error.Field("CalculatedDigest", Base64.standard.encode(digest)),
                ]
            )
        }
        let payloadDigest = payload?.finish()
        if let declared = declaration.sha256, let payloadDigest, declared != payloadDigest.bytes {
            throw S3Error(
                .amzContentSHA256Mismatch,
                fields: [
                    S3Error.Field("ClientComputedContentSHA256", declared.hexadecimal),
                    S3Error.Field("S3ComputedContentSHA256", payloadDigest.bytes.hexadecimal),
                ]
            )
        }
        let computed = checksum === payload ? payloadDigest : checksum?.finish()
        try compare(computed)
        return BodyDigest(size: received, md5: digest, checksum: computed)
    }

    /// Everything there is, once every digest is known to match. For documents of a size that was checked.
    package func wholeBody() async throws(S3Error) -> [UInt8] {
        var document: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try await read(into: buffer)
            guard count > 0 else { break }
            document += buffer[..<count]
        }
        _ = try await finish()
        return document
    }

    private func drain() async throws(S3Error) {
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { scratch.deallocate() }
        while try await read(into: scratch) > 0 {}
    }

    private func compare(_ computed: Checksum?) throws(S3Error) {
        switch declaration.checksum {
        case .none: return
        case .value(let declared): try check(declared, against: computed)
        case .trailing(let algorithm):
            guard let text = decoder?.trailer(algorithm.headerName) else { throw S3Error(.malformedTrailer) }
            guard let declared = Checksum(algorithm, text: text), declared.partCount == nil else {
                throw S3Error(
                    .invalidRequest,
                    "Value for \(algorithm.headerName) trailing header is invalid."
                )
            }
            try check(declared, against: computed)
        }
    }

    private func check(_ declared: Checksum, against computed: Checksum?) throws(S3Error) {
        guard declared != computed else { return }
        throw S3Error(
            .badDigest,
            "The \(declared.algorithm.rawValue) you specified did not match the calculated checksum."
        )
    }
}

/// What a body turned out to be, every promise about it kept.
package struct BodyDigest: Sendable, Hashable {
    package let size: Int64
    /// 16 bytes.
    package let md5: [UInt8]
    package let checksum: Checksum?

    package var etag: ETag { ETag(md5.hexadecimal) }
}
