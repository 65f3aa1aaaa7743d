import Checksums
import TestSupport
import Testing

@Suite struct HashTests {
    private struct Placement: Decodable {
        struct Case: Decodable {
            let name: String
            let sipHash: String
            let crc32: String

            enum CodingKeys: String, CodingKey {
                case name
                case sipHash = "siphash24_hex"
                case crc32 = "crc32_ieee_hex"
            }
        }
        let k0: String
        let k1: String
        let cases: [Case]

        enum CodingKeys: String, CodingKey {
            case k0 = "k0_hex"
            case k1 = "k1_hex"
            case cases
        }
    }

    /// From the appendix of the SipHash paper: key 00…0f, message 00…0e.
    @Test func theExampleOfTheSipHashPaper() {
        let hash = Array<UInt8>(0..<15).withUnsafeBytes {
            SipHash24.hash(k0: 0x0706_0504_0302_0100, k1: 0x0f0e_0d0c_0b0a_0908, $0)
        }
        #expect(hash == 0xa129_ca61_49be_45e5)
    }

    /// Some of the reference implementation's vectors.
    @Test(
        arguments: [
            (0, 0x726f_db47_dd0e_0e31), (1, 0x74f8_39c5_93dc_67fd), (7, 0xab02_00f5_8b01_d137),
            (8, 0x93f5_f579_9a93_2462), (9, 0x9e00_82df_0ba9_e4b0),
        ] as [(Int, UInt64)]
    )
    func sipHashOfCountedBytes(size: Int, expected: UInt64) {
        let hash = (0..<size).map { UInt8($0) }.withUnsafeBytes {
            SipHash24.hash(k0: 0x0706_0504_0302_0100, k1: 0x0f0e_0d0c_0b0a_0908, $0)
        }
        #expect(hash == expected)
    }

    @Test(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
    func placementVectors() throws {
        let placement = try Fixtures.json("generated/placement_vectors.json", as: Placement.self)
        let k0 = try #require(UInt64(placement.k0, radix: 16))
        let k1 = try #require(UInt64(placement.k1, radix: 16))
        try #require(!placement.cases.isEmpty)
        for object in placement.cases {
            let name = Array(object.name.utf8)
            let hash = name.withUnsafeBytes { SipHash24.hash(k0: k0, k1: k1, $0) }
            #expect(hash == UInt64(object.sipHash, radix: 16), "\(object.name)")
            var crc = CRC32()
            name.withUnsafeBytes { crc.update($0) }
            #expect(crc.value == UInt32(object.crc32, radix: 16), "\(object.name)")
        }
    }

    /// From the xxHash specification and its test program.
    @Test func xxHash() {
        #expect([UInt8]().withUnsafeBytes { XXHash64.hash($0) } == 0xef46_db37_51d8_e999)
        #expect([UInt8]().withUnsafeBytes { XXHash3.hash($0) } == 0x2d06_8005_38d3_94c2)
        #expect(Array("abc".utf8).withUnsafeBytes { XXHash64.hash($0) } == 0x44bc_2cf5_ad77_0999)
        #expect(Array("abc".utf8).withUnsafeBytes { XXHash64.hash($0, seed: 1) } != 0x44bc_2cf5_ad77_0999)
    }
}
