package import S3API
import S3Service

/// A body that arrives in pieces of a given size.
package final class MemorySource: RequestSource {
    private let bytes: [UInt8]
    private let pieceSize: Int
    private var offset = 0
    /// What the connection fails with once the bytes are gone.
    private let failure: S3Error?

    package init(_ bytes: [UInt8], pieceSize: Int = .max, failure: S3Error? = nil) {
        (self.bytes, self.pieceSize, self.failure) = (bytes, pieceSize, failure)
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) async throws(S3Error) -> Int {
        let count = min(buffer.count, pieceSize, bytes.count - offset)
        if count == 0, let failure { throw failure }
        buffer.copyBytes(from: bytes[offset..<offset + count])
        offset += count
        return count
    }
}
