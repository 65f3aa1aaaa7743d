import CISAL
import CKernels

/// The CRC of iSCSI and `x-amz-checksum-crc32c`: Castagnoli's polynomial 0x1edc6f41, reflected.
package struct CRC32C: Sendable, Equatable {
    /// The checksum of the bytes so far; 0 before the first.
    package private(set) var value: UInt32 = 0

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        #if arch(x86_64)
        value = Self.updated(value, start, bytes.count)
        #else
        value = crc32c_portable(value, start, bytes.count)
        #endif
    }

    /// Most significant byte first, which is what S3 encodes in base64.
    package var bytes: [UInt8] { value.bigEndianBytes }

    /// The checksum of two strings of bytes one after the other, from their own checksums and the size of
    /// the second.
    package static func combine(_ first: UInt32, _ second: UInt32, secondSize: Int64) -> UInt32 {
        CRCPolynomial<UInt32>(reflected: 0x82f6_3b78).combine(first, second, secondSize: secondSize)
    }

    #if arch(x86_64)
    /// ISA-L works on the bare register and counts in 32 bits, so the inversions and the cutting are ours.
    private static func updated(_ value: UInt32, _ start: UnsafeRawPointer, _ size: Int) -> UInt32 {
        let stepMax = 1 << 30
        var register = ~value
        for offset in stride(from: 0, to: size, by: stepMax) {
            let step = (start + offset).assumingMemoryBound(to: UInt8.self)
            register = crc32_iscsi(
                UnsafeMutablePointer(mutating: step),
                CInt(min(stepMax, size - offset)),
                register
            )
        }
        return ~register
    }
    #endif
}
