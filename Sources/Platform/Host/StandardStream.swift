import Glibc

/// Where a program's text goes. Unbuffered: what was written is out even if the process ends at once.
package enum StandardStream: CInt, Sendable {
    case output = 1
    case error = 2

    /// Writes all of `text`, or as much as the reader takes before it goes away.
    package func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(rawValue, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
