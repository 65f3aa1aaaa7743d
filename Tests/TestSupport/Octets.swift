/// Text that is compared byte by byte, as S3 compares keys; Swift's own strings take some spellings for the same.
package struct Octets: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    package init(_ text: String) { bytes = Array(text.utf8) }

    package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package var description: String { text.debugDescription }

    package static func < (left: Self, right: Self) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    package func starts(with prefix: Self) -> Bool { bytes.starts(with: prefix.bytes) }

    /// Up to and with the first `mark` that is found from `offset` on.
    package func cut(behindFirst mark: Self, from offset: Int) -> Self? {
        guard !mark.bytes.isEmpty, bytes.count - offset >= mark.bytes.count else { return nil }
        for start in offset...(bytes.count - mark.bytes.count)
        where bytes[start..<start + mark.bytes.count].elementsEqual(mark.bytes) {
            return Octets(bytes[..<(start + mark.bytes.count)])
        }
        return nil
    }
}
