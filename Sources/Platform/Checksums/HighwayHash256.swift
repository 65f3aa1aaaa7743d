import CKernels

/// Google's HighwayHash with 256 bits of output: the checksum in front of every shard block on a drive.
///
/// Keyed but not a secret here: it finds rot, it does not stop a forger. Never blocks; any number of
/// threads may call it.
package enum HighwayHash256 {
    /// Bytes in a digest and in a key.
    package static let digestSize = 32

    /// The key under which MinIO's drives store their checksums: the hash, under a key of zeros, of the
    /// first hundred decimals of pi in ASCII.
    package static let bitrotKey: [UInt8] = [
        0x4b, 0xe7, 0x34, 0xfa, 0x8e, 0x23, 0x8a, 0xcd, 0x26, 0x3e, 0x83, 0xe6, 0xbb, 0x96, 0x85, 0x52,
        0x04, 0x0f, 0x93, 0x5d, 0xa3, 0x9f, 0x44, 0x14, 0x97, 0xe0, 0x9d, 0x13, 0x22, 0xde, 0x36, 0xa0,
    ]

    /// Four words, read little-endian from 32 bytes.
    package struct Key: Sendable, Equatable {
        package static let bitrot = Key(bitrotKey)

        fileprivate let words: SIMD4<UInt64>

        /// - Parameter bytes: exactly ``HighwayHash256/digestSize`` of them.
        package init(_ bytes: [UInt8]) {
            precondition(bytes.count == digestSize)
            words = bytes.withUnsafeBytes { $0.loadUnaligned(as: SIMD4<UInt64>.self) }
        }

        fileprivate func withWords<Answer>(_ body: (UnsafePointer<UInt64>) -> Answer) -> Answer {
            withUnsafeBytes(of: words) { bytes in
                body(bytes.assumingMemoryBound(to: UInt64.self).baseAddress.unsafelyUnwrapped)
            }
        }
    }

    /// - Parameter digest: exactly ``digestSize`` bytes of the caller's, apart from `bytes`.
    package static func hash(
        _ bytes: UnsafeRawBufferPointer,
        key: Key = .bitrot,
        into digest: UnsafeMutableRawBufferPointer
    ) {
        guard let target = digest.baseAddress, digest.count == digestSize else {
            preconditionFailure("a digest takes \(digestSize) bytes, not \(digest.count)")
        }
        key.withWords { highwayhash256($0, bytes.baseAddress, bytes.count, target) }
    }

    /// Hashes equally long messages together, which takes less time than one after the other: the
    /// processor works on two or four of them at once.
    ///
    /// - Parameters:
    ///   - messages: `length` readable bytes behind each.
    ///   - digests: ``digestSize`` writable bytes behind each, digest *i* for message *i*; as many as
    ///     there are messages.
    package static func hash(
        messages: UnsafeBufferPointer<UnsafeRawPointer>,
        length: Int,
        key: Key = .bitrot,
        digests: UnsafeBufferPointer<UnsafeMutableRawPointer>
    ) {
        precondition(length >= 0 && messages.count == digests.count)
        guard let firstMessage = messages.baseAddress, let firstDigest = digests.baseAddress else { return }
        key.withWords { highwayhash256_many($0, firstMessage, messages.count, length, firstDigest) }
    }

    package static func hash(_ bytes: [UInt8], key: Key = .bitrot) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: digestSize) { digest, count in
            let digest = UnsafeMutableRawBufferPointer(
                rebasing: UnsafeMutableRawBufferPointer(digest)[..<digestSize]
            )
            bytes.withUnsafeBytes { hash($0, key: key, into: digest) }
            count = digestSize
        }
    }
}
