/// An entity tag without its quotes: an MD5 in hexadecimal, or that of a multipart object, `…-2`.
package struct ETag: Sendable, Hashable {
    package let value: String

    /// Takes a tag as clients write it: quoted, unquoted or weak; white space around it is dropped.
    package init(_ text: some StringProtocol) {
        var tag = Array(text.utf8)[...]
        while let first = tag.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
            tag.removeFirst()
        }
        while let last = tag.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") {
            tag.removeLast()
        }
        if tag.starts(with: "W/".utf8) { tag = tag.dropFirst(2) }
        if tag.first == UInt8(ascii: "\"") { tag.removeFirst() }
        if tag.last == UInt8(ascii: "\"") { tag.removeLast() }
        value = String(decoding: tag, as: UTF8.self)
    }

    /// As it stands in headers and documents.
    package var quoted: String { "\"\(value)\"" }
}

/// The value of If-Match and its like.
package enum ETagList: Sendable, Hashable {
    /// `*`
    case any
    case tags([ETag])

    /// Tags between commas; a comma between quotes belongs to its tag.
    package init(_ text: String) {
        var tags: [ETag] = []
        var piece: [UInt8] = []
        var isQuoted = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == UInt8(ascii: ","), !isQuoted {
                tags.append(ETag(String(decoding: piece, as: UTF8.self)))
                piece = []
            } else {
                piece.append(byte)
            }
        }
        tags.append(ETag(String(decoding: piece, as: UTF8.self)))
        tags.removeAll { $0.value.isEmpty }
        self = tags.contains { $0.value == "*" } ? .any : .tags(tags)
    }

    /// Whether an existing object's tag is meant. Weak tags count like strong ones: ours are all strong,
    /// and a proxy that compresses marks them weak.
    package func matches(_ tag: ETag) -> Bool {
        switch self {
        case .any: true
        case .tags(let tags): tags.contains(tag)
        }
    }
}
