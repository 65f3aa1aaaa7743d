internal import Bytes
package import Engine
package import S3API

/// A stored object as the body of a copy, with digests over its bytes. For one task at a time.
package final class ReaderSource: ByteSource {
    private let reader: ObjectReader
    private var piece: (block: Block, range: Range<Int>)?
    private let digest: CopyDigest

    /// - Parameter range: of the object's bytes; `nil` is all of them.
    package init(
        _ reader: ObjectReader,
        selecting range: Range<Int64>? = nil,
        computing algorithm: ChecksumAlgorithm?
    ) {
        self.reader = reader
        if let range { reader.select(range) }
        digest = CopyDigest(computing: algorithm)
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) async throws(EngineError) -> Int {
        if piece == nil { piece = try await reader.next().map { ($0.block, $0.range) } }
        guard let (block, range) = piece else { return 0 }
        let count = min(buffer.count, range.count)
        let bytes = UnsafeRawBufferPointer(block[range.lowerBound..<range.lowerBound + count])
        buffer.copyMemory(from: bytes)
        digest.update(bytes)
        piece = count == range.count ? nil : (block, (range.lowerBound + count)..<range.upperBound)
        return count
    }

    /// Over what was read. To be called once.
    package func finish() -> BodyDigest { digest.finish() }
}
