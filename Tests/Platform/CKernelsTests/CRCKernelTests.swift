import Base
import CKernels
import Testing

@Suite struct CRCKernelTests {
    private static let digits = Array("123456789".utf8)

    @Test func publishedCheckValues() {
        #expect(crc32_ieee_portable(0, Self.digits, 9) == 0xcbf4_3926)
        #expect(crc32c_portable(0, Self.digits, 9) == 0xe306_9283)
        #expect(crc64_nvme_portable(0, Self.digits, 9) == 0xae8b_1486_0a79_9888)
        #expect(crc64_nvme(0, Self.digits, 9) == 0xae8b_1486_0a79_9888)
    }

    /// Bit by bit, as the definitions read.
    @Test("the tables do what the polynomials say", arguments: 0...300)
    func portableKernelsMatchTheDefinition(size: Int) {
        let bytes = randomBytes(count: size, seed: UInt64(size))
        #expect(crc32_ieee_portable(0, bytes, size) == bitwise(bytes, reflected: UInt32(0xedb8_8320)))
        #expect(crc32c_portable(0, bytes, size) == bitwise(bytes, reflected: UInt32(0x82f6_3b78)))
        #expect(
            crc64_nvme_portable(0, bytes, size) == bitwise(bytes, reflected: UInt64(0x9a6c_9329_ac4b_c9b5))
        )
    }

    #if arch(x86_64)
    @Test(
        "carry-less multiplication",
        .enabled(if: processor_has_pclmul(), "this processor lacks PCLMULQDQ"),
        arguments: 0..<17
    )
    func pclmul(misalignment: Int) {
        let bytes = randomBytes(count: 400, seed: UInt64(misalignment))
        for size in Array(0...300) + [383] {
            bytes.withUnsafeBytes { bytes in
                let start = bytes.baseAddress.map { $0 + misalignment }
                let before = UInt64(size) &* 0x9e37_79b9_7f4a_7c15
                #expect(crc64_nvme_pclmul(before, start, size) == crc64_nvme_portable(before, start, size))
            }
        }
    }

    @Test(
        "carry-less multiplication, large",
        .enabled(if: processor_has_pclmul(), "this processor lacks PCLMULQDQ"),
        arguments: [1 << 12, (1 << 16) + 1, (1 << 18) + 63, (1 << 20) - 1]
    )
    func pclmul(size: Int) {
        let bytes = randomBytes(count: size, seed: UInt64(size))
        #expect(crc64_nvme_pclmul(0, bytes, size) == crc64_nvme_portable(0, bytes, size))
    }
    #endif

    private func bitwise<Word: FixedWidthInteger & UnsignedInteger>(_ bytes: [UInt8], reflected: Word) -> Word
    {
        var crc = Word.max
        for byte in bytes {
            crc ^= Word(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ reflected : crc >> 1 }
        }
        return ~crc
    }
}
