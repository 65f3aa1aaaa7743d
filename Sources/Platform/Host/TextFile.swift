import Glibc

/// Why a file of text could not be read.
package enum TextFileError: Error, Equatable, CustomStringConvertible {
    /// The system call that failed and its errno.
    case unreadable(call: String, code: CInt)
    /// Larger than a file of settings can be.
    case tooLarge(sizeMax: Int)
    case notUTF8

    package var description: String {
        switch self {
        case .unreadable(let call, let code): "\(call): \(String(cString: strerror(code))) (\(code))"
        case .tooLarge(let sizeMax): "larger than \(sizeMax) bytes"
        case .notUTF8: "not UTF-8"
        }
    }
}

/// A small file read whole: secrets and settings at start. Blocks.
package enum TextFile {
    package static let sizeMax = 1 << 20

    package static func read(_ path: String) throws(TextFileError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(call: "open", code: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(call: "read", code: errno) }
            guard count > 0 else { break }
            bytes += buffer[..<count]
            guard bytes.count <= sizeMax else { throw .tooLarge(sizeMax: sizeMax) }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        return text
    }
}
