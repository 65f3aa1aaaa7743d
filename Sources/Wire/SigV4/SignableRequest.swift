/// The parts of a request's head that signatures cover, as they were sent.
///
/// Conform the server's own head to this, so that nothing is copied. Names and values are bytes: no
/// header becomes a `String` here. Field names may be in any case.
package protocol SignableRequest {
    /// As in `GET`.
    var methodText: String { get }
    /// The target up to the first `?`, percent-encoded as sent; starts with `/`.
    var pathBytes: ArraySlice<UInt8> { get }
    /// The target behind the first `?`; empty when there is none.
    var queryBytes: ArraySlice<UInt8> { get }
    var fieldCount: Int { get }
    /// `index` is in `0..<fieldCount`, in the order sent.
    func fieldName(at index: Int) -> ArraySlice<UInt8>
    /// Without the line break; white space around it may be left on.
    func fieldValue(at index: Int) -> ArraySlice<UInt8>
}

extension SignableRequest {
    /// The values of every field of that name (`name` in lower case), in the order sent.
    package func values(of name: String) -> [ArraySlice<UInt8>] {
        (0..<fieldCount).filter { fieldName(at: $0).isField(name) }.map { fieldValue(at: $0) }
    }

    /// The first value of that name without white space around it; `nil` when the field was not sent.
    package func value(of name: String) -> String? {
        for index in 0..<fieldCount where fieldName(at: index).isField(name) {
            return String(decoding: fieldValue(at: index).trimmed, as: UTF8.self)
        }
        return nil
    }
}

extension ArraySlice<UInt8> {
    /// Whether this is `name`, which is in lower case, in any case.
    func isField(_ name: String) -> Bool {
        guard count == name.utf8.count else { return false }
        var name = name
        return name.withUTF8 { name in
            for (offset, byte) in name.enumerated() where self[startIndex + offset].asciiLowerCased != byte {
                return false
            }
            return true
        }
    }

    /// Without the white space around it.
    var trimmed: ArraySlice<UInt8> {
        var slice = drop { $0.isWhiteSpace }
        while let last = slice.last, last.isWhiteSpace { slice.removeLast() }
        return slice
    }
}

extension UInt8 {
    var asciiLowerCased: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }

    /// A space, tab or line break.
    var isWhiteSpace: Bool {
        self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\n")
            || self == UInt8(ascii: "\r")
    }
}
