package import Posix

/// Why certificates cannot be used. Paths are as they were opened.
package enum TLSError: Error, Equatable, Sendable {
    /// The folder or a file in it cannot be looked at.
    case unreadable(path: String, Errno)
    /// No PEM certificate, or a broken one; OpenSSL's words.
    case badCertificate(path: String, reason: String)
    /// No PEM key, a broken one, one that needs a password, or not the certificate's.
    case badKey(path: String, reason: String)
    /// OpenSSL has no memory or is misconfigured on this machine.
    case unavailable(reason: String)
}
