/// `document` with one to three of its elements left out, doubled, moved, nested, renamed, or with other text: well-formed
/// mostly, unlike what ``mutated(_:using:)`` makes, so that it is what an element means that is tried.
package func mutatedElements(_ document: [UInt8], using generator: inout some RandomNumberGenerator)
    -> [UInt8]
{
    var pieces = XMLPiece.pieces(of: document)
    for _ in 0..<Int.random(in: 1...3, using: &generator) where !pieces.isEmpty {
        mutateOnce(&pieces, using: &generator)
    }
    return pieces.flatMap(\.bytes)
}

/// What documents have in the place of a text, a number, a time or a name of something.
private let tellingTexts: [String] = [
    "", " ", "0", "-1", "1", "+1", "01", "1.5", "1e9", "NaN", "2147483648", "9223372036854775807",
    "9223372036854775808", "99999999999999999999999", "true", "TRUE", "false", "Enabled", "Suspended",
    "Disabled",
    "null", "*", "**", "?", "a*b*c", "/", "//", "..", "&amp;", "&lt;x&gt;", "&#13;", "&#x10FFFF;",
    "&nothing;",
    "<![CDATA[x]]>", "<!-- x -->", "é", "\u{1F986}", "\u{FFFD}", "%00", "\t\r\n", "2020-02-30T00:00:00Z",
    "2020-01-01T00:00:00.5Z", "9999-12-31T23:59:59Z", "0000-00-00", "1969-12-31", "urn:x", "http://", "GET",
    "Lambda",
    String(repeating: "x", count: 300), String(repeating: "é", count: 1200),
]

private enum XMLPiece {
    case tag([UInt8])
    case text([UInt8])

    var bytes: [UInt8] {
        switch self {
        case .tag(let bytes), .text(let bytes): bytes
        }
    }

    static func pieces(of document: [UInt8]) -> [XMLPiece] {
        var pieces: [XMLPiece] = []
        var rest = document[...]
        while let first = rest.first {
            if first == UInt8(ascii: "<") {
                let end = rest.firstIndex(of: UInt8(ascii: ">")) ?? rest.endIndex - 1
                pieces.append(.tag(Array(rest[rest.startIndex...end])))
                rest = rest[(end + 1)...]
            } else {
                let end = rest.firstIndex(of: UInt8(ascii: "<")) ?? rest.endIndex
                pieces.append(.text(Array(rest[rest.startIndex..<end])))
                rest = rest[end...]
            }
        }
        return pieces
    }

    var isText: Bool { if case .text = self { true } else { false } }

    /// An opening tag's, or an empty one's.
    var name: String? {
        guard case .tag(let bytes) = self, bytes.count > 2, bytes[1] != UInt8(ascii: "/"),
            bytes[1] != UInt8(ascii: "?"), bytes[1] != UInt8(ascii: "!")
        else { return nil }
        let end = bytes.firstIndex {
            $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ">")
        }
        return String(decoding: bytes[1..<(end ?? bytes.count)], as: UTF8.self)
    }

    var isEmptyTag: Bool { bytes.suffix(2) == Array("/>".utf8)[...] }
    var isClosing: Bool { bytes.prefix(2) == Array("</".utf8)[...] }
}

private func mutateOnce(_ pieces: inout [XMLPiece], using generator: inout some RandomNumberGenerator) {
    let elements = pieces.indices.filter { pieces[$0].name != nil }
    guard let start = elements.randomElement(using: &generator) else { return }
    let range = element(at: start, in: pieces)
    switch Int.random(in: 0..<10, using: &generator) {
    case 0: pieces.removeSubrange(range)
    case 1: pieces.insert(contentsOf: pieces[range], at: range.upperBound)
    case 2:
        // Somewhere else, maybe inside another.
        let moved = Array(pieces[range])
        pieces.removeSubrange(range)
        pieces.insert(contentsOf: moved, at: Int.random(in: 0...pieces.count, using: &generator))
    case 3: pieces.replaceSubrange(range, with: [.tag(Array("<\(pieces[start].name ?? "")/>".utf8))])
    case 4:
        let depth = Int.random(in: 1...80, using: &generator)
        let name = pieces[start].name ?? ""
        pieces.insert(.tag(Array(String(repeating: "</\(name)>", count: depth).utf8)), at: range.upperBound)
        pieces.insert(.tag(Array(String(repeating: "<\(name)>", count: depth).utf8)), at: start)
    case 5:
        guard let other = elements.randomElement(using: &generator), let name = pieces[other].name else {
            return
        }
        rename(range, to: name, in: &pieces)
    case 6:
        pieces.insert(contentsOf: Array(repeating: pieces[range], count: 130).joined(), at: range.upperBound)
    default:
        let text = XMLPiece.text(Array((tellingTexts.randomElement(using: &generator) ?? "").utf8))
        if let index = pieces.indices.filter({ pieces[$0].isText }).randomElement(using: &generator) {
            pieces[index] = text
        } else {
            pieces.insert(text, at: range.lowerBound + 1)
        }
    }
}

/// From an opening tag to the closing one, as far as there is one.
private func element(at start: Int, in pieces: [XMLPiece]) -> Range<Int> {
    guard !pieces[start].isEmptyTag else { return start..<start + 1 }
    var depth = 0
    for index in start..<pieces.count {
        if pieces[index].name != nil, !pieces[index].isEmptyTag { depth += 1 }
        if pieces[index].isClosing { depth -= 1 }
        if depth == 0 { return start..<index + 1 }
    }
    return start..<start + 1
}

private func rename(_ range: Range<Int>, to name: String, in pieces: inout [XMLPiece]) {
    if range.count == 1 {
        pieces[range.lowerBound] = .tag(Array("<\(name)/>".utf8))
    } else {
        pieces[range.lowerBound] = .tag(Array("<\(name)>".utf8))
        pieces[range.upperBound - 1] = .tag(Array("</\(name)>".utf8))
    }
}
