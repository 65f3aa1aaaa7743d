#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The rules for paths below a root.
package enum FilePath {
    /// What a segment may have on Linux file systems.
    package static let segmentSizeMax = 255

    /// - Throws: `EINVAL` for a path that leaves the root or is not in its normal form: absolute, an empty
    ///   segment, `.`, `..` or a NUL byte; `ENAMETOOLONG`. The empty path is fine.
    package static func check(_ path: String, in call: StaticString) throws(FileError) {
        if path.isEmpty { return }
        var segmentSize = 0
        var dotCount = 0
        for byte in path.utf8 {
            guard byte != 0 else { throw FileError(EINVAL, in: call) }
            if byte == UInt8(ascii: "/") {
                try checkSegment(size: segmentSize, dotCount: dotCount, in: call)
                (segmentSize, dotCount) = (0, 0)
                continue
            }
            segmentSize += 1
            if byte == UInt8(ascii: ".") { dotCount += 1 }
        }
        try checkSegment(size: segmentSize, dotCount: dotCount, in: call)
    }

    private static func checkSegment(size: Int, dotCount: Int, in call: StaticString) throws(FileError) {
        let isDots = size <= 2 && dotCount == size
        guard size > 0, !isDots else { throw FileError(EINVAL, in: call) }
        guard size <= segmentSizeMax else { throw FileError(ENAMETOOLONG, in: call) }
    }

    /// The folder a path is in, empty for the root, and its last segment.
    package static func split(_ path: String) -> (parent: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
        return (String(path[..<slash]), String(path[path.utf8.index(after: slash)...]))
    }
}
