/// Why a key cannot be stored as a path on a drive.
package enum ObjectNameError: Error, Equatable, Sendable {
    case empty
    /// Longer than S3 allows.
    case tooLong(size: Int, sizeMax: Int)
    case containsNUL
    case leadingSlash
    /// `//`.
    case emptySegment
    /// `.` or `..`, also with white space around it or set off by backslashes.
    case dotSegment
    /// A segment that no file system takes as a name.
    case segmentTooLong(size: Int, sizeMax: Int)
    /// A segment that the drive's own layout uses: `xl.meta`, `xl.json`, or one that ends in
    /// ``ObjectName/directorySuffix``.
    case reservedSegment(String)
}

extension ObjectNameError: CustomStringConvertible {
    /// One sentence for a client.
    package var description: String {
        switch self {
        case .empty: "the key is empty"
        case .tooLong(let size, let sizeMax): "the key has \(size) bytes, at most \(sizeMax) are possible"
        case .containsNUL: "the key contains a NUL character"
        case .leadingSlash: "the key begins with /"
        case .emptySegment: "the key contains //"
        case .dotSegment: "the key contains a . or .. segment"
        case .segmentTooLong(let size, let sizeMax):
            "a segment of the key has \(size) bytes, at most \(sizeMax) are possible"
        case .reservedSegment(let segment): "the segment \"\(segment)\" is reserved"
        }
    }
}
