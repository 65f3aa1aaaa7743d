/// Header or trailer fields as they came: one stretch of bytes and the ranges of names and values in it.
///
/// Copies share the bytes. Names and values are slices of them; nothing is decoded until somebody asks.
package struct FieldSection: Sendable, RandomAccessCollection {
    package struct Field: Sendable {
        /// A token, in the sender's case.
        package let name: ArraySlice<UInt8>
        /// Without the white space around it. May be empty.
        package let value: ArraySlice<UInt8>
    }

    /// Offsets into `bytes`.
    struct Entry: Sendable {
        var nameStart: UInt32
        var nameEnd: UInt32
        var valueStart: UInt32
        var valueEnd: UInt32
    }

    let bytes: [UInt8]
    let entries: [Entry]

    package static var empty: Self { Self(bytes: [], entries: []) }

    package var startIndex: Int { 0 }
    package var endIndex: Int { entries.count }

    package subscript(index: Int) -> Field {
        let entry = entries[index]
        return Field(name: bytes[Int(entry.nameStart)..<Int(entry.nameEnd)], value: value(of: entry))
    }

    /// The first field of that name.
    package func value(of name: HeaderName) -> ArraySlice<UInt8>? {
        guard let index = firstIndex(of: name, from: 0) else { return nil }
        return value(of: entries[index])
    }

    /// Every field of that name, in order.
    package func values(of name: HeaderName) -> [ArraySlice<UInt8>] {
        var found: [ArraySlice<UInt8>] = []
        var index = 0
        while let next = firstIndex(of: name, from: index) {
            found.append(value(of: entries[next]))
            index = next + 1
        }
        return found
    }

    /// The first field of that name as text; bytes that are no UTF-8 become U+FFFD.
    package func text(of name: HeaderName) -> String? {
        value(of: name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether a list field (RFC 9110 §5.6.1) of that name has `word`, given in lower case, as an element.
    func list(_ name: HeaderName, has word: StaticString) -> Bool {
        var index = 0
        while let next = firstIndex(of: name, from: index) {
            for element in listElements(value(of: entries[next])) where Token.matches(element, word) {
                return true
            }
            index = next + 1
        }
        return false
    }

    func firstIndex(of name: HeaderName, from start: Int) -> Int? {
        bytes.withUnsafeBytes { bytes in
            var index = start
            while index < entries.count {
                let entry = entries[index]
                let range = Int(entry.nameStart)..<Int(entry.nameEnd)
                if name.matches(UnsafeRawBufferPointer(rebasing: bytes[range])) { return index }
                index += 1
            }
            return nil
        }
    }

    private func value(of entry: Entry) -> ArraySlice<UInt8> {
        bytes[Int(entry.valueStart)..<Int(entry.valueEnd)]
    }
}

/// The elements of a comma-separated list without the white space around them; empty ones are kept.
func listElements(_ list: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    list.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { trimmed($0) }
}

/// Without spaces and tabs at both ends.
func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    while let first = bytes.first, Token.isSpace(first) { bytes.removeFirst() }
    while let last = bytes.last, Token.isSpace(last) { bytes.removeLast() }
    return bytes
}
