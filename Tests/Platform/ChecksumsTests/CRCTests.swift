import Base
import CKernels
import Checksums
import Testing

@Suite struct CRCTests {
    private static let digits = Array("123456789".utf8)

    @Test func publishedCheckValues() {
        #expect(crc32(Self.digits[...]).value == 0xcbf4_3926)
        #expect(crc32c(Self.digits[...]).value == 0xe306_9283)
        #expect(crc64(Self.digits[...]).value == 0xae8b_1486_0a79_9888)
    }

    /// RFC 3720 §B.4.
    @Test func iSCSIExamples() {
        #expect(crc32c([UInt8](repeating: 0, count: 32)[...]).value == 0x8a91_36aa)
        #expect(crc32c([UInt8](repeating: 0xff, count: 32)[...]).value == 0x62a8_ab43)
        #expect(crc32c(Array(0..<32)[...]).value == 0x46dd_794e)
    }

    @Test func bytesComeMostSignificantFirst() {
        #expect(crc32(Self.digits[...]).bytes == [0xcb, 0xf4, 0x39, 0x26])
        #expect(crc32c(Self.digits[...]).bytes == [0xe3, 0x06, 0x92, 0x83])
        #expect(crc64(Self.digits[...]).bytes == [0xae, 0x8b, 0x14, 0x86, 0x0a, 0x79, 0x98, 0x88])
        #expect(CRC32().bytes == [0, 0, 0, 0])
    }

    @Test("the library agrees with the portable twin", arguments: 0...300)
    func twins(size: Int) {
        let bytes = randomBytes(count: size + 16, seed: UInt64(size))
        let start = size % 16
        let message = bytes[start..<start + size]
        let copy = Array(message)
        #expect(crc32(message).value == crc32_ieee_portable(0, copy, size))
        #expect(crc32c(message).value == crc32c_portable(0, copy, size))
        #expect(crc64(message).value == crc64_nvme_portable(0, copy, size))
    }

    @Test("the library agrees with the portable twin on large buffers", arguments: [1 << 16, (1 << 20) - 1])
    func twinsOnLargeBuffers(size: Int) {
        let bytes = randomBytes(count: size, seed: UInt64(size))
        #expect(crc32(bytes[...]).value == crc32_ieee_portable(0, bytes, size))
        #expect(crc32c(bytes[...]).value == crc32c_portable(0, bytes, size))
        #expect(crc64(bytes[...]).value == crc64_nvme_portable(0, bytes, size))
    }

    @Test("pieces and combined parts give what one pass gives", arguments: [0, 1, 2, 63, 64, 65, 1000])
    func splitting(size: Int) {
        let bytes = randomBytes(count: size, seed: UInt64(size))
        for split in Set([0, 1, size / 3, size / 2, size - 1, size]).filter({ (0...size).contains($0) }) {
            let first = bytes[..<split]
            let second = bytes[split...]
            let rest = Int64(size - split)

            var pieces32 = crc32(first)
            second.withUnsafeBytes { pieces32.update($0) }
            #expect(pieces32 == crc32(bytes[...]))
            #expect(
                CRC32.combine(crc32(first).value, crc32(second).value, secondSize: rest) == pieces32.value
            )

            var pieces32C = crc32c(first)
            second.withUnsafeBytes { pieces32C.update($0) }
            #expect(pieces32C == crc32c(bytes[...]))
            #expect(
                CRC32C.combine(crc32c(first).value, crc32c(second).value, secondSize: rest) == pieces32C.value
            )

            var pieces64 = crc64(first)
            second.withUnsafeBytes { pieces64.update($0) }
            #expect(pieces64 == crc64(bytes[...]))
            #expect(
                CRC64NVME.combine(crc64(first).value, crc64(second).value, secondSize: rest) == pieces64.value
            )
        }
    }

    /// Sizes no buffer has: appending twice 2⁴⁰ bytes must be appending 2⁴¹.
    @Test func combiningIsAssociativeForHugeParts() {
        let size: Int64 = 1 << 40
        let parts: [UInt64] = [0x0123_4567_89ab_cdef, 0xdead_beef_0bad_f00d, 0x5555_aaaa_3333_cccc]
        let left = CRC64NVME.combine(
            CRC64NVME.combine(parts[0], parts[1], secondSize: size),
            parts[2],
            secondSize: size
        )
        let right = CRC64NVME.combine(
            parts[0],
            CRC64NVME.combine(parts[1], parts[2], secondSize: size),
            secondSize: 2 * size
        )
        #expect(left == right)
        #expect(CRC64NVME.combine(parts[0], 0, secondSize: .max) != 0)
    }

    private func crc32(_ bytes: ArraySlice<UInt8>) -> CRC32 {
        var crc = CRC32()
        bytes.withUnsafeBytes { crc.update($0) }
        return crc
    }

    private func crc32c(_ bytes: ArraySlice<UInt8>) -> CRC32C {
        var crc = CRC32C()
        bytes.withUnsafeBytes { crc.update($0) }
        return crc
    }

    private func crc64(_ bytes: ArraySlice<UInt8>) -> CRC64NVME {
        var crc = CRC64NVME()
        bytes.withUnsafeBytes { crc.update($0) }
        return crc
    }

    private func randomBytes(count: Int, seed: UInt64) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        let words = (0..<count / 8 + 1).map { _ in random.next() }
        return words.withUnsafeBytes { Array($0.prefix(count)) }
    }
}
