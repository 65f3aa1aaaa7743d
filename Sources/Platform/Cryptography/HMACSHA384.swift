/// HMAC over SHA-384: signed tokens. Any number of threads may call it at once.
package enum HMACSHA384 {
    /// Bytes in a code.
    package static let size = 48

    private static let authenticator = MessageAuthenticator(digestName: "SHA384")

    package static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        message.withUnsafeBytes { message in key.withUnsafeBytes { authenticate(message, key: $0) } }
    }

    package static func authenticate(_ message: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer)
        -> [UInt8]
    {
        [UInt8](unsafeUninitializedCapacity: size) { code, count in
            let code = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(code)[..<size])
            authenticate(message, key: key, into: code)
            count = size
        }
    }

    /// - Parameter code: exactly ``size`` bytes of the caller's.
    package static func authenticate(
        _ message: UnsafeRawBufferPointer,
        key: UnsafeRawBufferPointer,
        into code: UnsafeMutableRawBufferPointer
    ) {
        precondition(code.count == size)
        authenticator.authenticate(message, key: key, into: code)
    }
}
