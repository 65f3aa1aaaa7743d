import CISAL
import CKernels

/// The CRC of zlib, Ethernet and `x-amz-checksum-crc32`: polynomial 0x04c11db7, reflected.
package struct CRC32: Sendable, Equatable {
    /// The checksum of the bytes so far; 0 before the first.
    package private(set) var value: UInt32 = 0

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        #if arch(x86_64)
        value = crc32_gzip_refl(value, start.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
        #else
        value = crc32_ieee_portable(value, start, bytes.count)
        #endif
    }

    /// Most significant byte first, which is what S3 encodes in base64.
    package var bytes: [UInt8] { value.bigEndianBytes }

    /// The checksum of two strings of bytes one after the other, from their own checksums and the size of
    /// the second.
    package static func combine(_ first: UInt32, _ second: UInt32, secondSize: Int64) -> UInt32 {
        CRCPolynomial<UInt32>(reflected: 0xedb8_8320).combine(first, second, secondSize: secondSize)
    }
}
