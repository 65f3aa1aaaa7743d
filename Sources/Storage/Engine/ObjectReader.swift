package import Bytes

/// Hands out the bytes of one version, piece by piece, each verified in this call.
///
/// For one task at a time. The version's files stay in place until ``close()`` or the end of the reader.
package final class ObjectReader {
    enum Content {
        case inMemory([UInt8])
        case sharded(ShardedSource)
    }

    /// Verified bytes of the object; the memory stays as long as the piece does.
    package struct Piece: Sendable {
        package let block: Block
        package let range: Range<Int>

        package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(block[range]) }
    }

    package let version: ObjectVersion
    private let content: Content
    private var release: (([ShardedSource.ReadAhead]) -> Void)?
    private var rest: Range<Int64>
    private var waiting: ArraySlice<Piece> = []
    private var readAhead: ShardedSource.ReadAhead?
    /// Blocks that were being read when other bytes were asked for.
    private var abandoned: [ShardedSource.ReadAhead] = []

    /// - Parameter release: told of the blocks that are still being read when the reader ends.
    init(version: ObjectVersion, content: Content, release: (([ShardedSource.ReadAhead]) -> Void)?) {
        self.version = version
        self.content = content
        self.release = release
        rest = 0..<version.size
    }

    deinit { close() }

    /// Starts over with the bytes `range`, which must lie in `0..<version.size`.
    package func select(_ range: Range<Int64>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= version.size)
        rest = range
        waiting = []
        if let readAhead { abandoned.append(readAhead) }
        readAhead = nil
    }

    /// The next piece, never empty, or `nil` at the end. While it is being sent the next block is read.
    ///
    /// - Throws: ``EngineError/damaged(_:)`` or ``EngineError/readQuorumLost(available:required:)`` when a block
    ///   cannot be had from the drives that are left.
    package func next() async throws(EngineError) -> Piece? {
        if let piece = waiting.popFirst() { return piece }
        guard !rest.isEmpty else { return nil }
        switch content {
        case .inMemory(let bytes): return nextInMemory(bytes)
        case .sharded(let source):
            let (pieces, end) = try await source.pieces(of: rest, &readAhead)
            rest = end..<rest.upperBound
            waiting = pieces[...]
            return waiting.popFirst()
        }
    }

    private func nextInMemory(_ bytes: [UInt8]) -> Piece? {
        let range = Int(rest.lowerBound)..<Int(rest.upperBound)
        let block = Block(capacity: range.count)
        block.bytes.copyBytes(from: bytes[range])
        rest = rest.upperBound..<rest.upperBound
        return Piece(block: block, range: 0..<range.count)
    }

    /// Lets go of the version's files, as soon as nothing reads them any more.
    package func close() {
        guard let release else { return }
        let running = abandoned + (readAhead.map { [$0] } ?? [])
        (self.release, abandoned, readAhead) = (nil, [], nil)
        release(running)
    }
}
