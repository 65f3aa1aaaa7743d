import Base
package import Cryptography

/// Plaintext cut into chunks that are sealed one by one, as MinIO's sio-go does it:
///
///     │ chunk 1: 16384, tag 16 │ chunk 2: 16384, tag 16 │ … │ last chunk: 1…16384, tag 16 │
///
/// Chunk i's nonce is the stream's eight bytes followed by i as four little-endian bytes. What each chunk
/// authenticates beside itself is a flag, 0x80 for the last chunk and 0 for the others, and the tag of an empty
/// message under i = 0. So chunks can be neither swapped nor left out, at the end neither. An empty plaintext is
/// one empty chunk.
package struct SealedStream: Sendable {
    package static let chunkSize = 16384
    package static let nonceSize = 8
    /// Chunk numbers have four bytes, and 0 is taken.
    package static let plaintextSizeMax = Int(UInt32.max) * chunkSize

    private static let tagSize = AuthenticatedCipher.tagSize
    private static let sealedChunkSize = chunkSize + tagSize

    private let algorithm: AuthenticatedCipherAlgorithm
    private let key: [UInt8]
    private let nonce: [UInt8]

    /// - Parameter key: of 32 bytes, and never used with this nonce for another plaintext.
    /// - Parameter nonce: of ``nonceSize`` bytes.
    package init(_ algorithm: AuthenticatedCipherAlgorithm, key: [UInt8], nonce: [UInt8]) {
        precondition(key.count == AuthenticatedCipher.keySize && nonce.count == Self.nonceSize)
        (self.algorithm, self.key, self.nonce) = (algorithm, key, nonce)
    }

    /// Bytes that ``open(_:)`` makes of a stream of that size.
    ///
    /// - Throws: ``AdminEncryptionError/truncated(size:)`` where no stream has that size.
    package static func plaintextSize(streamSize: Int) throws(AdminEncryptionError) -> Int {
        let chunkCount = streamSize.dividedRoundingUp(by: sealedChunkSize)
        let lastSize = streamSize - (chunkCount - 1) * sealedChunkSize
        // Only an empty plaintext has an empty chunk.
        let lastSizeMin = chunkCount == 1 ? tagSize : tagSize + 1
        guard chunkCount == 0 || lastSize >= lastSizeMin else { throw .truncated(size: streamSize) }
        return streamSize - chunkCount * tagSize
    }

    package func seal(_ plaintext: [UInt8]) -> [UInt8] {
        precondition(plaintext.count <= Self.plaintextSizeMax)
        let chunkCount = max(1, plaintext.count.dividedRoundingUp(by: Self.chunkSize))
        let streamSize = plaintext.count + chunkCount * Self.tagSize
        var chunks = ChunkCipher(algorithm, key: key, nonce: nonce)
        return [UInt8](unsafeUninitializedCapacity: streamSize) { stream, count in
            plaintext.withUnsafeBytes { plaintext in
                for index in 0..<chunkCount {
                    let start = index * Self.chunkSize
                    let size = min(Self.chunkSize, plaintext.count - start)
                    let target = UnsafeMutableRawBufferPointer(stream)[(index * Self.sealedChunkSize)...]
                    chunks.seal(
                        UnsafeRawBufferPointer(rebasing: plaintext[start..<start + size]),
                        isLast: index == chunkCount - 1,
                        into: UnsafeMutableRawBufferPointer(rebasing: target.prefix(size)),
                        tag: UnsafeMutableRawBufferPointer(
                            rebasing: target.dropFirst(size).prefix(Self.tagSize)
                        )
                    )
                }
            }
            count = streamSize
        }
    }

    /// The plaintext, once every chunk of it is known to be authentic.
    ///
    /// A stream without any chunk, as minio-py writes it, is an empty plaintext that nothing authenticates.
    ///
    /// - Throws: ``AdminEncryptionError/truncated(size:)``, ``AdminEncryptionError/notAuthentic``.
    package func open(_ stream: ArraySlice<UInt8>) throws(AdminEncryptionError) -> [UInt8] {
        let size = try Self.plaintextSize(streamSize: stream.count)
        guard !stream.isEmpty else { return [] }
        var isAuthentic = true
        var chunks = ChunkCipher(algorithm, key: key, nonce: nonce)
        let plaintext = [UInt8](unsafeUninitializedCapacity: size) { plaintext, count in
            stream.withUnsafeBytes { stream in
                var rest = UnsafeMutableRawBufferPointer(plaintext)[..<size]
                for start in stride(from: 0, to: stream.count, by: Self.sealedChunkSize) where isAuthentic {
                    let sealed = stream[start..<min(start + Self.sealedChunkSize, stream.count)]
                    let target = rest.prefix(sealed.count - Self.tagSize)
                    rest = rest.dropFirst(target.count)
                    isAuthentic = chunks.open(
                        UnsafeRawBufferPointer(rebasing: sealed.dropLast(Self.tagSize)),
                        tag: UnsafeRawBufferPointer(rebasing: sealed.suffix(Self.tagSize)),
                        isLast: sealed.endIndex == stream.count,
                        into: UnsafeMutableRawBufferPointer(rebasing: target)
                    )
                }
            }
            count = isAuthentic ? size : 0
        }
        guard isAuthentic else { throw .notAuthentic }
        return plaintext
    }
}

extension SealedStream: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[redacted]" }
    package var debugDescription: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

/// Seals or opens the chunks of one stream in their order.
private struct ChunkCipher: ~Copyable {
    private var cipher: AuthenticatedCipher
    /// Ends with the number of the chunk before.
    private var nonce: [UInt8]
    /// Begins with the flag.
    private var associated: [UInt8]
    private var number: UInt32 = 0

    init(_ algorithm: AuthenticatedCipherAlgorithm, key: [UInt8], nonce: [UInt8]) {
        cipher = AuthenticatedCipher(algorithm, key: key)
        self.nonce = nonce + [0, 0, 0, 0]
        associated = [UInt8](repeating: 0, count: 1 + AuthenticatedCipher.tagSize)
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        self.nonce.withUnsafeBytes { nonce in
            associated.withUnsafeMutableBytes { associated in
                cipher.seal(
                    nothing,
                    nonce: nonce,
                    authenticating: nothing,
                    into: UnsafeMutableRawBufferPointer(start: nil, count: 0),
                    tag: UnsafeMutableRawBufferPointer(rebasing: associated.dropFirst())
                )
            }
        }
    }

    mutating func seal(
        _ plaintext: UnsafeRawBufferPointer,
        isLast: Bool,
        into ciphertext: UnsafeMutableRawBufferPointer,
        tag: UnsafeMutableRawBufferPointer
    ) {
        advance(isLast: isLast)
        nonce.withUnsafeBytes { nonce in
            associated.withUnsafeBytes { associated in
                cipher.seal(plaintext, nonce: nonce, authenticating: associated, into: ciphertext, tag: tag)
            }
        }
    }

    mutating func open(
        _ ciphertext: UnsafeRawBufferPointer,
        tag: UnsafeRawBufferPointer,
        isLast: Bool,
        into plaintext: UnsafeMutableRawBufferPointer
    ) -> Bool {
        advance(isLast: isLast)
        return nonce.withUnsafeBytes { nonce in
            associated.withUnsafeBytes { associated in
                cipher.open(ciphertext, tag: tag, nonce: nonce, authenticating: associated, into: plaintext)
            }
        }
    }

    private mutating func advance(isLast: Bool) {
        number += 1
        for index in 0..<4 {
            nonce[SealedStream.nonceSize + index] = UInt8(truncatingIfNeeded: number >> UInt32(8 * index))
        }
        associated[0] = isLast ? 0x80 : 0
    }
}
