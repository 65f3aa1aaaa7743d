import Base
import Testing

@testable import XLMeta

@Suite struct PartMetadataTests {
    private static let part = PartMetadata(
        etag: "abc",
        number: 7,
        size: 100_000,
        actualSize: -1,
        modificationTime: Timestamp(nanoseconds: 1_753_300_050_123_456_789)
    )

    @Test func theBytesOnDiskNeverChange() {
        #expect(
            Self.part.encoded().hexadecimal
                == "85" + "a165" + "a3616263" + "a16e" + "07" + "a173" + "d2000186a0" + "a26173" + "ff"
                + "a26d74"
                + "c70c05" + "0000000068813c52" + "075bcd15"
        )
    }

    @Test func optionalFieldsAreWrittenOnlyWhenSet() throws {
        var part = Self.part
        part.seekIndex = [1, 2]
        part.checksums = ["CRC32C": "LNLDoA=="]
        part.failure = "lost"
        part.modificationTime = nil
        let bytes = part.encoded()
        #expect(bytes.first == 0x88)
        #expect(try PartMetadata(decoding: bytes) == part)
        #expect(try PartMetadata(decoding: Self.part.encoded()) == Self.part)
    }

    @Test func theArrayFormIsRefusedByName() {
        #expect(throws: XLMetaError.rustfsLegacyBody) { try PartMetadata(decoding: [0x90]) }
    }

    @Test("every proper prefix is refused", arguments: 0..<48)
    func prefixes(size: Int) {
        let bytes = Self.part.encoded()
        guard size < bytes.count else { return }
        #expect(throws: XLMetaError.self) { try PartMetadata(decoding: Array(bytes.prefix(size))) }
    }
}
