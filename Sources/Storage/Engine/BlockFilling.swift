import Bytes
import ErasureCode

/// Cuts a body into the blocks of an erasure code.
///
///     block  | data shards, the last one padded | room for parity shards |
///
/// Data and parity are borrowed as one: transfers that held their data and waited for parity would wait for each other.
/// A large block starts as a small one and grows when its bytes have come: a sender that stalls after a few
/// bytes holds a few of the pool's, not a whole block.
struct BlockFilling: Sendable {
    let memory: BlockPool
    let geometry: ErasureGeometry
    /// How long a transfer waits for memory before it is refused.
    let patience: Duration

    private static let firstSize = 64 << 10

    /// - Parameter remaining: bytes of the body still to come, if known.
    /// - Returns: a block and how many bytes of the body it holds; 0 at the end of the body, and only the last
    ///   block holds fewer than the code's block size. It has room for all shards of what it holds.
    func next<Body: ByteSource>(
        from body: inout Body,
        remaining: Int64?
    ) async throws(StageError<Body.Failure>) -> (block: Block, length: Int) {
        let blockSize = Int64(geometry.blockSize)
        let size = Int(min(blockSize, remaining ?? blockSize))
        var room = min(size, Self.firstSize)
        var block: Block = try await borrow(room, willGrow: room < size, for: Body.self)
        var length = 0
        while length < size {
            if length == room {
                let grown = try await borrow(size, for: Body.self)
                grown.base.copyMemory(from: block.base, byteCount: length)
                (block, room) = (grown, size)
            }
            let count = try await read(&body, into: block[length..<room])
            if count == 0 { break }
            length += count
        }
        if size == 0 { try await expectEnd(of: &body) }
        return (block, length)
    }

    /// Lets a source whose length is known come to its end, where it checks what it has to check.
    private func expectEnd<Body: ByteSource>(of body: inout Body) async throws(StageError<Body.Failure>) {
        let scrap = Block(capacity: 16)
        let count = try await read(&body, into: scrap.bytes)
        precondition(count == 0, "a body must refuse bytes beyond its announced size itself")
    }

    private func read<Body: ByteSource>(
        _ body: inout Body,
        into buffer: UnsafeMutableRawBufferPointer
    ) async throws(StageError<Body.Failure>) -> Int {
        do { return try await body.read(into: buffer) } catch { throw .body(error) }
    }

    /// - Parameter size: of the data.
    private func borrow<Body: ByteSource>(
        _ size: Int,
        willGrow: Bool = false,
        for _: Body.Type
    ) async throws(StageError<Body.Failure>) -> Block {
        let shardsSize = geometry.shardCount * geometry.shardSize(blockLength: max(size, 1))
        do { return try await memory.borrow(shardsSize, patience: patience, willGrow: willGrow) } catch {
            throw .engine(.overloaded)
        }
    }
}
