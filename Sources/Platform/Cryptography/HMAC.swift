/// AWS signatures, version 2.
package typealias HMACSHA1 = HMAC<SHA1Algorithm>
/// AWS signatures, version 4.
package typealias HMACSHA256 = HMAC<SHA256Algorithm>
/// Signed tokens, as is ``HMACSHA512``.
package typealias HMACSHA384 = HMAC<SHA384Algorithm>
package typealias HMACSHA512 = HMAC<SHA512Algorithm>

/// Codes that prove who wrote a message (RFC 2104). Any number of threads may call it at once; never blocks.
///
/// Every signed request computes one, so the generic shell dissolves in its callers.
package enum HMAC<Algorithm: MessageAuthenticationAlgorithm> {
    /// Bytes in a code.
    package static var size: Int { Algorithm.digestSize }

    @inlinable
    package static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        Algorithm.authenticator.code(of: message, key: key)
    }

    @inlinable
    package static func authenticate(_ message: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer)
        -> [UInt8]
    {
        Algorithm.authenticator.code(of: message, key: key)
    }

    /// - Parameter code: exactly ``size`` bytes of the caller's.
    @inlinable
    package static func authenticate(
        _ message: UnsafeRawBufferPointer,
        key: UnsafeRawBufferPointer,
        into code: UnsafeMutableRawBufferPointer
    ) {
        Algorithm.authenticator.authenticate(message, key: key, into: code)
    }
}

/// A hash function that ``HMAC`` can run over.
package protocol MessageAuthenticationAlgorithm: DigestAlgorithm {
    /// One for the whole process.
    static var authenticator: MessageAuthenticator { get }
}

extension SHA1Algorithm: MessageAuthenticationAlgorithm {
    package static let authenticator = MessageAuthenticator(over: Self.self)
}

extension SHA256Algorithm: MessageAuthenticationAlgorithm {
    package static let authenticator = MessageAuthenticator(over: Self.self)
}

extension SHA384Algorithm: MessageAuthenticationAlgorithm {
    package static let authenticator = MessageAuthenticator(over: Self.self)
}

extension SHA512Algorithm: MessageAuthenticationAlgorithm {
    package static let authenticator = MessageAuthenticator(over: Self.self)
}
