/// Keys are bytes. Swift compares characters: two spellings of one are the same to it, and a delimiter may be a part of one
/// with what is around it.
extension String {
    /// Bytewise; everything comes after nothing.
    func isAfter(_ other: String?) -> Bool {
        guard let other else { return true }
        return other.utf8.lexicographicallyPrecedes(utf8)
    }

    func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    func starts(withBytesOf other: String) -> Bool { utf8.starts(with: other.utf8) }

    /// This key up to and with the first delimiter behind `prefix`, which it starts with; `nil` where there is none.
    func commonPrefix(behind prefix: String, delimiter: String?) -> String? {
        guard let delimiter, !delimiter.isEmpty else { return nil }
        let rest = Array(utf8.dropFirst(prefix.utf8.count))
        guard let end = rest.endOfFirst(Array(delimiter.utf8)) else { return nil }
        return prefix + String(decoding: rest[..<end], as: UTF8.self)
    }
}

extension [UInt8] {
    /// The index behind the first occurrence of `pattern`.
    fileprivate func endOfFirst(_ pattern: [UInt8]) -> Int? {
        guard count >= pattern.count else { return nil }
        for start in 0...(count - pattern.count)
        where self[start..<start + pattern.count].elementsEqual(pattern) {
            return start + pattern.count
        }
        return nil
    }
}
