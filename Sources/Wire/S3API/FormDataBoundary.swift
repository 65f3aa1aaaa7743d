/// Where a part of a multipart/form-data body ends: a line break, two hyphens and the boundary, with a line that ends
/// there or another two hyphens behind them.
package struct FormDataBoundary: Sendable {
    package enum Position: Sendable, Equatable {
        /// The line break before it is here.
        case at(Int)
        /// It begins here or later, as far as can be told without more bytes.
        case notBefore(Int)
    }

    /// The longest that may be declared (RFC 2046 §5.1.1).
    package static let sizeMax = 70

    /// `CR LF - - boundary`.
    let delimiter: [UInt8]
    /// Of the shortest thing that can end a part, in bytes.
    package var size: Int { delimiter.count + 2 }
    /// How far on the end of a delimiter can next be, by the byte where one was looked for.
    private let steps: [Int]

    /// - Parameter contentType: the header's value.
    /// - Returns: `nil` unless it is multipart/form-data with a boundary.
    package init?(contentType: String) {
        let value = HeaderParameters(Array(contentType.utf8))
        guard value.kind == "multipart/form-data", let boundary = value["boundary"] else { return nil }
        self.init(boundary)
    }

    /// - Returns: `nil` for bytes that cannot be one.
    init?(_ boundary: [UInt8]) {
        guard (1...Self.sizeMax).contains(boundary.count), boundary.last != UInt8(ascii: " "),
            boundary.allSatisfy({ (0x20..<0x7f).contains($0) })
        else { return nil }
        let delimiter = Array("\r\n--".utf8) + boundary
        var steps = [Int](repeating: delimiter.count, count: 256)
        for (index, byte) in delimiter.dropLast().enumerated() {
            steps[Int(byte)] = delimiter.count - 1 - index
        }
        (self.delimiter, self.steps) = (delimiter, steps)
    }

    /// The first one at or behind `start`.
    package func position(in bytes: UnsafeRawBufferPointer, from start: Int) -> Position {
        var index = start
        while index + delimiter.count <= bytes.count {
            let last = bytes[index + delimiter.count - 1]
            guard last == delimiter[delimiter.count - 1], matches(bytes, at: index) else {
                index += steps[Int(last)]
                continue
            }
            let end = index + delimiter.count
            guard end + 2 <= bytes.count else { return .notBefore(index) }
            if Self.canFollow(bytes[end], bytes[end + 1]) { return .at(index) }
            index += 1
        }
        index = min(index, bytes.count)
        while index < bytes.count, !bytes[index...].elementsEqual(delimiter.prefix(bytes.count - index)) {
            index += 1
        }
        return .notBefore(index)
    }

    private func matches(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Bool {
        for offset in delimiter.indices where bytes[index + offset] != delimiter[offset] { return false }
        return true
    }

    /// Anything else makes a longer line of the content's own.
    private static func canFollow(_ first: UInt8, _ second: UInt8) -> Bool {
        switch first {
        case UInt8(ascii: "-"): second == UInt8(ascii: "-")
        case UInt8(ascii: "\r"): second == UInt8(ascii: "\n")
        case UInt8(ascii: " "), UInt8(ascii: "\t"): true
        default: false
        }
    }
}
