/// A body that is pulled, so that a slow consumer slows the sender down instead of filling memory.
///
/// For one task at a time.
package protocol ByteSource {
    associatedtype Failure: Error

    /// Fills at most all of `buffer`, at least one byte of it; 0 means the end, now and ever after.
    /// The caller owns the memory and keeps it until the call returns.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) async throws(Failure) -> Int
}
