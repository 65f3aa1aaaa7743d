import Base
import COpenSSL

/// HMAC (RFC 2104) over one of libcrypto's hash functions, for any number of threads at once.
///
/// A context that was set up once is used again, because setting one up costs several times the work on a
/// short message. Idle ones wait here, at most ``idleMax``.
final class MessageAuthenticator: @unchecked Sendable {
    private static let idleMax = 64

    private let method: OpaquePointer
    private let digestName: [CChar]
    private let idle = Locked<[OpaquePointer]>([])

    /// - Parameter digestName: as libcrypto knows it.
    init(digestName: String) {
        guard let method = EVP_MAC_fetch(nil, "HMAC", nil) else {
            preconditionFailure("libcrypto offers no HMAC")
        }
        self.method = method
        self.digestName = Array(digestName.utf8CString)
    }

    deinit {
        idle.withLock { contexts in contexts.forEach { EVP_MAC_CTX_free($0) } }
        EVP_MAC_free(method)
    }

    func authenticate(
        _ message: UnsafeRawBufferPointer,
        key: UnsafeRawBufferPointer,
        into code: UnsafeMutableRawBufferPointer
    ) {
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
        var size = 0
        status = EVP_MAC_final(
            context,
            code.assumingMemoryBound(to: UInt8.self).baseAddress,
            &size,
            code.count
        )
        precondition(status == 1 && size == code.count)

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
        var name = digestName
        let status = name.withUnsafeMutableBufferPointer { name in
            var parameters = [
                openssl_mac_digest(name.baseAddress),
                OSSL_PARAM_construct_end(),
            ]
            return EVP_MAC_CTX_set_params(context, &parameters)
        }
        precondition(status == 1, "libcrypto offers no such digest for HMAC")
        return context
    }
}
