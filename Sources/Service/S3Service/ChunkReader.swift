internal import Bytes
internal import S3API
internal import SigV4

/// Takes aws-chunked framing off a body, through a small buffer of its own.
final class ChunkReader {
    private static let bufferSize = 64 << 10

    private var decoder: SignedChunkDecoder
    /// Bytes from the client: `buffered` of them still to be decoded.
    private let buffer: UnsafeMutableRawBufferPointer
    private var buffered = 0..<0
    private var isSourceAtEnd = false

    init(_ payload: ChunkedPayload, signature: VerifiedSignature?) throws(S3Error) {
        do throws(SigV4Error) {
            decoder = try SignedChunkDecoder(payload: payload, signature: signature)
        } catch {
            throw S3Error(from: error)
        }
        buffer = .allocate(byteCount: Self.bufferSize, alignment: 64)
    }

    deinit { buffer.deallocate() }

    /// At least one byte of the content, or 0 once the end has come with all that belongs to it.
    func read(
        into output: UnsafeMutableRawBufferPointer,
        from source: inout some RequestSource
    ) async throws(S3Error) -> Int {
        while true {
            let produced = try decode(into: output)
            if produced > 0 { return produced }
            if isSourceAtEnd {
                try end()
                return 0
            }
            let count = try await source.read(into: buffer)
            buffered = 0..<count
            isSourceAtEnd = count == 0
        }
    }

    /// The value of a trailing field; `name` in lower case.
    func trailer(_ name: String) -> String? { decoder.trailers.first { $0.name == name }?.value }

    private func decode(into output: UnsafeMutableRawBufferPointer) throws(S3Error) -> Int {
        guard !buffered.isEmpty else { return 0 }
        do throws(SigV4Error) {
            let input = UnsafeRawBufferPointer(rebasing: buffer[buffered])
            let step = try decoder.decode(input: input, output: output)
            buffered = (buffered.lowerBound + step.consumed)..<buffered.upperBound
            return step.produced
        } catch {
            throw S3Error(from: error)
        }
    }

    private func end() throws(S3Error) {
        do throws(SigV4Error) {
            try decoder.endOfBody()
        } catch {
            throw S3Error(from: error)
        }
    }
}
