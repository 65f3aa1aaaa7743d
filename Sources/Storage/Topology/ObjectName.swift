/// An object's key and the path it has on every drive.
///
/// They are the same but for one case: a key that ends in `/` is stored with the suffix `__XLDIR__`
/// in that place, so that `a/` and `a` can both be there. Names are compared byte by byte: two
/// Unicode spellings of one letter are two names.
package struct ObjectName: Sendable {
    /// What stands for the trailing `/` of a key.
    package static let directorySuffix = "__XLDIR__"
    package static let keySizeMax = 1024
    /// What Linux file systems take as one name.
    package static let segmentSizeMax = 255

    /// As the client says it.
    package let key: String
    /// Relative to the bucket's folder, which both placement hashes use too.
    package let path: String

    /// - Throws: ``ObjectNameError``, the first rule that the key breaks.
    package init(key: String) throws(ObjectNameError) {
        let size = key.utf8.count
        guard size > 0 else { throw .empty }
        guard size <= Self.keySizeMax else { throw .tooLong(size: size, sizeMax: Self.keySizeMax) }
        guard !key.utf8.contains(0) else { throw .containsNUL }
        guard key.utf8.first != UInt8(ascii: "/") else { throw .leadingSlash }
        let isDirectory = key.utf8.last == UInt8(ascii: "/")
        let stem = isDirectory ? key.utf8.dropLast() : key.utf8[...]
        let segments = stem.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for segment in segments { try Self.check(segment) }
        let lastSize = (segments.last?.count ?? 0) + (isDirectory ? Self.directorySuffix.utf8.count : 0)
        guard lastSize <= Self.segmentSizeMax else {
            throw .segmentTooLong(size: lastSize, sizeMax: Self.segmentSizeMax)
        }
        self.key = key
        path = isDirectory ? String(Substring(stem)) + Self.directorySuffix : key
    }

    private static func check(_ segment: Substring.UTF8View) throws(ObjectNameError) {
        guard !segment.isEmpty else { throw .emptySegment }
        guard segment.count <= segmentSizeMax else {
            throw .segmentTooLong(size: segment.count, sizeMax: segmentSizeMax)
        }
        for piece in segment.split(separator: UInt8(ascii: "\\")) {
            let trimmed = piece.drop(while: isWhiteSpace).reversed().drop(while: isWhiteSpace)
            guard !trimmed.elementsEqual(".".utf8), !trimmed.elementsEqual("..".utf8) else {
                throw .dotSegment
            }
        }
        let isReserved =
            segment.elementsEqual("xl.meta".utf8) || segment.elementsEqual("xl.json".utf8)
            || segment.suffix(directorySuffix.utf8.count).elementsEqual(directorySuffix.utf8)
        guard !isReserved else { throw .reservedSegment(String(Substring(segment))) }
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    /// The key of a path that was found on a drive; the inverse of ``path``.
    package static func key(fromPath path: String) -> String {
        guard path.utf8.count > directorySuffix.utf8.count,
            path.utf8.suffix(directorySuffix.utf8.count).elementsEqual(directorySuffix.utf8)
        else { return path }
        return String(path.unicodeScalars.dropLast(directorySuffix.utf8.count)) + "/"
    }
}

extension ObjectName: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.key.utf8.elementsEqual(right.key.utf8) }

    package func hash(into hasher: inout Hasher) {
        for byte in key.utf8 { hasher.combine(byte) }
        hasher.combine(0xff as UInt8)
    }
}

extension ObjectName: Comparable {
    /// The order of listings: bytewise by key.
    package static func < (left: Self, right: Self) -> Bool {
        left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
    }
}

extension ObjectName: CustomStringConvertible {
    package var description: String { key }
}
