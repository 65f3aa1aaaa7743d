import Checksums

/// The hashes of `xl.meta`, all with seed 0.
enum Signature {
    /// The low half of XXH64: the checksum behind the metadata block.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        UInt32(truncatingIfNeeded: xxh64(bytes))
    }

    /// Of an object: `body` is its canonical encoding without metadata, whose entries count in any
    /// order.
    static func object(body: [UInt8], internalMetadata: MetadataMap?, userMetadata: MetadataMap?) -> UInt32 {
        fold(
            xxh64(body[...]) ^ hash(internalMetadata, seed: internalSeed)
                ^ hash(userMetadata, seed: userSeed)
        )
    }

    /// Of a delete marker: `body` is its canonical encoding without metadata.
    static func deleteMarker(body: [UInt8], internalMetadata: MetadataMap?) -> UInt32 {
        fold(xxh64(body[...]) ^ hash(internalMetadata, seed: internalSeed))
    }

    private static let internalSeed: UInt64 = 0x1bbc_7e1d_de65_4743
    private static let userSeed: UInt64 = 0xc2b4_0bba_c11a_7295

    /// Stored little-endian, while ``XLVersionHeader/signature`` has the first byte on disk most
    /// significant.
    private static func fold(_ sum: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: sum ^ (sum >> 32)).byteSwapped
    }

    private static func hash(_ map: MetadataMap?, seed: UInt64) -> UInt64 {
        var sum = seed
        for entry in map?.entries ?? [] {
            let key = xxh3(Array(entry.key.utf8)) ^ 0x4ee3_bbaf_7ab2_506b
            sum ^= key &+ (xxh3(entry.value) ^ 0x8da4_c8da_6619_4257)
        }
        return sum
    }

    private static func xxh64(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBytes { XXHash64.hash($0) }
    }

    private static func xxh3(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { XXHash3.hash($0) }
    }
}
