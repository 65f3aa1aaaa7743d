import Base
import COpenSSL

/// HMAC (RFC 2104) over one of libcrypto's hash functions, for any number of threads at once.
///
/// A context that was set up once is used again, because setting one up costs several times the work on a
/// short message. Idle ones wait here, at most ``idleMax``.
package final class MessageAuthenticator: @unchecked Sendable {
    private static let idleMax = 64

    private let method: OpaquePointer
    private let digest: DigestMethod
    /// Bytes in a code.
    private let size: Int
    private let idle = Locked<[OpaquePointer]>([])

    init(over algorithm: (some DigestAlgorithm).Type) {
        guard let method = EVP_MAC_fetch(nil, "HMAC", nil) else {
            preconditionFailure("libcrypto offers no HMAC")
        }
        self.method = method
        digest = algorithm.method
        size = algorithm.digestSize
    }

    deinit {
        idle.withLock { contexts in contexts.forEach { EVP_MAC_CTX_free($0) } }
        EVP_MAC_free(method)
    }

    /// The code in memory of its own.
    package func code(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        message.withUnsafeBytes { message in key.withUnsafeBytes { code(of: message, key: $0) } }
    }

    /// The code in memory of its own.
    package func code(of message: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { code, count in
            let code = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(code)[..<size])
            authenticate(message, key: key, into: code)
            count = size
        }
    }

    /// - Parameter code: exactly as many bytes of the caller's as the hash function's result has.
    package func authenticate(
        _ message: UnsafeRawBufferPointer,
        key: UnsafeRawBufferPointer,
        into code: UnsafeMutableRawBufferPointer
    ) {
        precondition(code.count == size)
        let context = idle.withLock { $0.popLast() } ?? makeContext()
        // No key at all means to libcrypto the key of the last message; an empty one has to be somewhere.
        var nothing: UInt8 = 0
        var status = withUnsafePointer(to: &nothing) { nothing in
            EVP_MAC_init(
                context,
                key.assumingMemoryBound(to: UInt8.self).baseAddress ?? nothing,
                key.count,
                nil
            )
        }
        precondition(status == 1)
        if !message.isEmpty {
            status = EVP_MAC_update(
                context,
                message.assumingMemoryBound(to: UInt8.self).baseAddress,
                message.count
            )
            precondition(status == 1)
        }
        var written = 0
        status = EVP_MAC_final(
            context,
            code.assumingMemoryBound(to: UInt8.self).baseAddress,
            &written,
            code.count
        )
        precondition(status == 1 && written == size)

        let isKept = idle.withLock { contexts in
            guard contexts.count < Self.idleMax else { return false }
            contexts.append(context)
            return true
        }
        if !isKept { EVP_MAC_CTX_free(context) }
    }

    private func makeContext() -> OpaquePointer {
        guard let context = EVP_MAC_CTX_new(method) else {
            preconditionFailure("libcrypto has no memory for an HMAC")
        }
        // Read only, although a parameter that is read has the type of one that is written.
        let name = UnsafeMutablePointer(mutating: EVP_MD_get0_name(digest.pointer))
        var parameters = [
            openssl_mac_digest(name),
            OSSL_PARAM_construct_end(),
        ]
        let status = EVP_MAC_CTX_set_params(context, &parameters)
        precondition(status == 1, "libcrypto offers no such digest for HMAC")
        return context
    }
}
