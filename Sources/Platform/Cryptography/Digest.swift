import COpenSSL

/// An object's ETag, and `Content-MD5`.
package typealias MD5 = Digest<MD5Algorithm>
/// `x-amz-checksum-sha1`.
package typealias SHA1 = Digest<SHA1Algorithm>
/// Signatures, and `x-amz-checksum-sha256`.
package typealias SHA256 = Digest<SHA256Algorithm>
/// Signatures of identity providers, as is ``SHA512``.
package typealias SHA384 = Digest<SHA384Algorithm>
package typealias SHA512 = Digest<SHA512Algorithm>

/// A hash over bytes that come in pieces.
///
/// Owns its state in libcrypto and is never copied, so a task may carry it from thread to thread; two
/// tasks take one each. Never blocks. Traps only where libcrypto runs out of memory.
package struct Digest<Algorithm: DigestAlgorithm>: ~Copyable, @unchecked Sendable {
    private let context: OpaquePointer

    /// Bytes in the result.
    package static var size: Int { Algorithm.digestSize }

    package init() {
        guard let context = EVP_MD_CTX_new() else {
            preconditionFailure("libcrypto has no memory for a digest")
        }
        self.context = context
        start()
    }

    deinit { EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        let status = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        precondition(status == 1)
    }

    /// Writes the hash of all bytes since the last one, and starts over: the same digest serves the next
    /// message.
    ///
    /// - Parameter target: exactly ``size`` bytes.
    package mutating func finalize(into target: UnsafeMutableRawBufferPointer) {
        precondition(target.count == Self.size)
        let status = EVP_DigestFinal_ex(context, target.assumingMemoryBound(to: UInt8.self).baseAddress, nil)
        precondition(status == 1)
        start()
    }

    /// The hash of all bytes since the last one; starts over like ``finalize(into:)``.
    package mutating func finalize() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.size) { target, count in
            finalize(
                into: UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(target)[..<Self.size]
                )
            )
            count = Self.size
        }
    }

    package static func hash(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var digest = Self()
        digest.update(bytes)
        return digest.finalize()
    }

    package static func hash(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { hash($0) } }

    private func start() {
        let status = EVP_DigestInit_ex2(context, Algorithm.method.pointer, nil)
        precondition(status == 1)
    }
}
