#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A piece of aligned memory that a transfer borrowed from a ``BlockPool``.
///
/// The borrower owns the bytes: one task or one drive lane writes at a time, and whoever reads has been
/// handed the block after the last write. The memory returns to its pool when the last reference goes.
package final class Block: @unchecked Sendable {
    /// Page alignment: fit for direct I/O and for the widest vector loads.
    package static let alignment = 4096

    /// Usable bytes; their content is undefined until written.
    package let capacity: Int
    package let base: UnsafeMutableRawPointer
    private let pool: BlockPool?

    /// Memory outside any budget: for tests and start-up work.
    package init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        base = .allocate(byteCount: capacity, alignment: Self.alignment)
        pool = nil
    }

    init(memory: UnsafeMutableRawPointer, capacity: Int, of pool: BlockPool) {
        self.capacity = capacity
        base = memory
        self.pool = pool
    }

    deinit {
        if let pool {
            pool.take(back: base, capacity: capacity)
        } else {
            base.deallocate()
        }
    }

    /// All of the block.
    package var bytes: UnsafeMutableRawBufferPointer { .init(start: base, count: capacity) }

    /// `range` of the block; valid only while the block is referenced.
    package subscript(range: Range<Int>) -> UnsafeMutableRawBufferPointer {
        precondition(range.lowerBound >= 0 && range.upperBound <= capacity)
        return .init(start: base + range.lowerBound, count: range.count)
    }
}
