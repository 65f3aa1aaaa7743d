import CXXHash

/// Yann Collet's XXH64: the checksum inside `xl.meta`.
package enum XXHash64 {
    package static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        XXH64(bytes.baseAddress, bytes.count, seed)
    }
}
