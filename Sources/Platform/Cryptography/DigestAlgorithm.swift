import COpenSSL

/// A hash function of libcrypto's that ``Digest`` can run.
package protocol DigestAlgorithm {
    /// Bytes in a digest.
    static var digestSize: Int { get }
    static var method: DigestMethod { get }
}

/// libcrypto's implementation of a hash function, looked up once: the lookup costs more than a short hash.
package struct DigestMethod: @unchecked Sendable {
    /// Read only by libcrypto, so any thread may use it; lives as long as the process.
    let pointer: OpaquePointer

    /// Traps where libcrypto has no such function, as when its configuration forbids it: without its
    /// digests the server can neither sign nor store.
    fileprivate init(fetching name: StaticString) {
        let found = name.withUTF8Buffer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { EVP_MD_fetch(nil, $0.baseAddress, nil) }
        }
        guard let found else { preconditionFailure("libcrypto offers no \(name)") }
        pointer = found
    }
}

package enum MD5Algorithm: DigestAlgorithm {
    package static let digestSize = 16
    package static let method = DigestMethod(fetching: "MD5")
}

package enum SHA1Algorithm: DigestAlgorithm {
    package static let digestSize = 20
    package static let method = DigestMethod(fetching: "SHA1")
}

package enum SHA256Algorithm: DigestAlgorithm {
    package static let digestSize = 32
    package static let method = DigestMethod(fetching: "SHA256")
}

package enum SHA384Algorithm: DigestAlgorithm {
    package static let digestSize = 48
    package static let method = DigestMethod(fetching: "SHA384")
}

package enum SHA512Algorithm: DigestAlgorithm {
    package static let digestSize = 64
    package static let method = DigestMethod(fetching: "SHA512")
}
