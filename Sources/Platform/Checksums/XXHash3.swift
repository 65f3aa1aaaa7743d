import CXXHash

/// XXH3 with 64 bits of output and seed 0.
package enum XXHash3 {
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        XXH3_64bits(bytes.baseAddress, bytes.count)
    }
}
