import CKernels

/// The CRC of NVM Express and `x-amz-checksum-crc64nvme`: polynomial 0xad93d23594c93659, reflected.
package struct CRC64NVME: Sendable, Equatable {
    /// The checksum of the bytes so far; 0 before the first.
    package private(set) var value: UInt64 = 0

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        value = crc64_nvme(value, bytes.baseAddress, bytes.count)
    }

    /// Most significant byte first, which is what S3 encodes in base64.
    package var bytes: [UInt8] { value.bigEndianBytes }

    /// The checksum of two strings of bytes one after the other, from their own checksums and the size of
    /// the second.
    package static func combine(_ first: UInt64, _ second: UInt64, secondSize: Int64) -> UInt64 {
        CRCPolynomial<UInt64>(reflected: 0x9a6c_9329_ac4b_c9b5).combine(first, second, secondSize: secondSize)
    }
}
