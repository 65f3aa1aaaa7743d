internal import Base

/// Takes the fields of a multipart/form-data body (RFC 7578) apart, up to the content of its file.
///
///     --boundary
///     Content-Disposition: form-data; name="key"
///
///     photos/${filename}
///     --boundary
///     Content-Disposition: form-data; name="file"; filename="cat.jpg"
///
///     content …
///     --boundary--
///
/// It looks at memory of its caller's that grows at the end: the bytes of the body from the first one on. Each byte is
/// looked at a bounded number of times, however small the pieces are in which they come.
package struct FormDataParser: Sendable {
    package enum Step: Sendable, Equatable {
        /// Nothing more can be told of these bytes.
        case needsMore
        case field(name: String, value: String)
        /// Its content begins at `offset`; no further step is to be asked for.
        case file(name: String, offset: Int)
        /// The form has no file.
        case end
    }

    private enum State {
        case start
        case behindBoundary
        case head
        case value(name: String)
        case finished
    }

    private let boundary: FormDataBoundary
    private var state = State.start
    /// Behind what was taken.
    private var offset = 0
    /// Up to which what is looked for is known not to begin.
    private var searched = 0

    package init(_ boundary: FormDataBoundary) { self.boundary = boundary }

    /// - Parameter bytes: those of the last call, and what came since.
    /// - Throws: ``S3Error/Code-swift.enum/malformedPOSTRequest``.
    package mutating func next(in bytes: UnsafeRawBufferPointer) throws(S3Error) -> Step {
        while true {
            switch state {
            case .start: guard try takeOpening(bytes) else { return .needsMore }
            case .behindBoundary: guard try takeLineEnd(bytes) else { return .needsMore }
            case .head:
                guard let part = try takeHead(bytes) else { return .needsMore }
                if part.name.lowercased() == "file" {
                    state = .finished
                    return .file(name: part.fileName, offset: offset)
                }
                state = .value(name: part.name)
            case .value(let name):
                guard let value = try takeValue(bytes) else { return .needsMore }
                return .field(name: name, value: value)
            case .finished: return .end
            }
        }
    }

    /// The first boundary has no line break before it, or one that belongs to nothing.
    private mutating func takeOpening(_ bytes: UnsafeRawBufferPointer) throws(S3Error) -> Bool {
        let delimiter = boundary.delimiter
        let opening = bytes.first == UInt8(ascii: "\r") ? delimiter[...] : delimiter.dropFirst(2)
        guard bytes.prefix(opening.count).elementsEqual(opening.prefix(bytes.count)) else {
            throw malformed("it does not begin with the boundary")
        }
        guard bytes.count >= opening.count else { return false }
        offset = opening.count
        state = .behindBoundary
        return true
    }

    private mutating func takeLineEnd(_ bytes: UnsafeRawBufferPointer) throws(S3Error) -> Bool {
        while offset < bytes.count, bytes[offset] == 0x20 || bytes[offset] == 0x09 { offset += 1 }
        guard offset + 2 <= bytes.count else { return false }
        switch (bytes[offset], bytes[offset + 1]) {
        case (UInt8(ascii: "\r"), UInt8(ascii: "\n")): state = .head
        case (UInt8(ascii: "-"), UInt8(ascii: "-")): state = .finished
        default: throw malformed("a boundary does not end its line")
        }
        offset += 2
        searched = offset
        return true
    }

    private mutating func takeHead(_ bytes: UnsafeRawBufferPointer) throws(S3Error) -> Part? {
        // An empty head has no line break of its own before the one that ends it, and no name.
        var index = searched
        while index + 4 <= bytes.count {
            if bytes[index] == 0x0d, bytes[index + 1] == 0x0a, bytes[index + 2] == 0x0d,
                bytes[index + 3] == 0x0a
            {
                let part = try Part(head: Array(bytes[offset..<index]))
                offset = index + 4
                // The boundary behind an empty value may begin with the line break that ends the head.
                searched = offset - 2
                return part
            }
            index += 1
        }
        searched = index
        return nil
    }

    private mutating func takeValue(_ bytes: UnsafeRawBufferPointer) throws(S3Error) -> String? {
        switch boundary.position(in: bytes, from: searched) {
        case .notBefore(let index):
            searched = index
            return nil
        case .at(let index):
            guard let value = String(validating: bytes[offset..<max(offset, index)], as: UTF8.self) else {
                throw malformed("a field is not UTF-8")
            }
            offset = index + boundary.delimiter.count
            state = .behindBoundary
            return value
        }
    }
}

/// What the head of a part says.
private struct Part {
    /// As sent.
    let name: String
    /// Empty without one.
    let fileName: String

    /// - Parameter head: lines without the last line break.
    init(head: [UInt8]) throws(S3Error) {
        var disposition: HeaderParameters?
        for line in Self.lines(head) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                throw malformed("a line of a part's head is no header")
            }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            guard name == "content-disposition" else { continue }
            guard disposition == nil else { throw malformed("a part has two names") }
            disposition = HeaderParameters(Array(line[(colon + 1)...]))
        }
        guard let disposition, disposition.kind == "form-data", let name = disposition["name"],
            let text = String(validating: name, as: UTF8.self), !text.isEmpty
        else { throw malformed("a part has no name") }
        self.name = text
        fileName = try Self.fileName(disposition)
    }

    private static func fileName(_ disposition: HeaderParameters) throws(S3Error) -> String {
        let bytes: [UInt8]?
        if let extended = disposition["filename*"] {
            let prefix = Array("utf-8''".utf8)
            let isUTF8 =
                String(decoding: extended.prefix(prefix.count), as: UTF8.self).lowercased() == "utf-8''"
            bytes = isUTF8 ? PercentCoding.decode(extended.dropFirst(prefix.count)) : nil
        } else {
            bytes = disposition["filename"] ?? []
        }
        guard let bytes, let name = String(validating: bytes, as: UTF8.self) else {
            throw malformed("the name of the file is not UTF-8")
        }
        // Some browsers send the whole path that the file has at home.
        return String(
            decoding: name.utf8.reversed().prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
                .reversed(),
            as: UTF8.self
        )
    }

    private static func lines(_ head: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for index in head.indices.dropLast() where head[index] == 0x0d && head[index + 1] == 0x0a {
            lines.append(head[start..<index])
            start = index + 2
        }
        lines.append(head[start...])
        return lines
    }
}

private func malformed(_ reason: String) -> S3Error {
    S3Error(
        .malformedPOSTRequest,
        "The body of your POST request is not well-formed multipart/form-data: \(reason)."
    )
}
