internal import Base
internal import Cryptography

/// The text that a signature is made over:
///
///     GET
///     /bucket/a%20key
///     list-type=2&prefix=
///     host:localhost:9000
///     x-amz-date:20150830T123600Z
///
///     host;x-amz-date
///     e3b0c442…
package struct CanonicalRequest: Sendable {
    /// How a path is written. Services differ, and only S3 keeps it as the client meant it.
    package enum PathForm: Sendable, Hashable {
        /// Every segment encoded once; `//`, `.` and `..` are names like any other.
        case s3
        /// Encoded a second time, as every other service has it; optionally without empty and dot segments.
        case generic(normalize: Bool)
    }

    package let bytes: [UInt8]

    /// `signedHeaders` in lower case and in the order the claim has them; `omittedParameter` is the query
    /// parameter that holds the signature itself.
    ///
    /// - Throws: ``SigV4Error/malformedTarget`` or ``SigV4Error/signedHeaderMissing(_:)``.
    package init(
        of request: some SignableRequest,
        signedHeaders: [String],
        payloadHash: String,
        pathForm: PathForm,
        omittedParameter: String? = nil
    ) throws(SigV4Error) {
        var text = Array(request.methodText.utf8)
        text.append(lineFeed)
        switch pathForm {
        case .s3: try appendPath(request.pathBytes, to: &text)
        case .generic(let normalize):
            let path = normalize ? normalized(request.pathBytes) : Array(request.pathBytes)
            PercentCoding.append(path, to: &text, keepingSlashes: true)
        }
        text.append(lineFeed)
        try appendQuery(request.queryBytes, omitting: omittedParameter, to: &text)
        text.append(lineFeed)
        for name in signedHeaders {
            let values = request.values(of: name)
            guard !values.isEmpty else { throw .signedHeaderMissing(name) }
            text += name.utf8
            text.append(UInt8(ascii: ":"))
            for (index, value) in values.enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                appendCollapsed(value, to: &text)
            }
            text.append(lineFeed)
        }
        text.append(lineFeed)
        text += signedHeaders.joined(separator: ";").utf8
        text.append(lineFeed)
        text += payloadHash.utf8
        bytes = text
    }

    /// What the signing key is applied to.
    package func stringToSign(date: String, scope: CredentialScope) -> [UInt8] {
        Array("\(algorithmName)\n\(date)\n\(scope.text)\n\(SHA256.hash(bytes).hexadecimal)".utf8)
    }
}

let algorithmName = "AWS4-HMAC-SHA256"
private let lineFeed = UInt8(ascii: "\n")
private let slash = UInt8(ascii: "/")

/// Segment by segment, so that an encoded slash within a segment stays encoded.
private func appendPath(_ path: ArraySlice<UInt8>, to text: inout [UInt8]) throws(SigV4Error) {
    if path.isEmpty { text.append(slash) }
    var isFirst = true
    for segment in path.split(separator: slash, omittingEmptySubsequences: false) {
        if !isFirst { text.append(slash) }
        isFirst = false
        guard let decoded = PercentCoding.decode(segment) else { throw .malformedTarget }
        PercentCoding.append(decoded, to: &text)
    }
}

/// RFC 3986 §5.2.4 with empty segments removed too.
private func normalized(_ path: ArraySlice<UInt8>) -> [UInt8] {
    var segments: [ArraySlice<UInt8>] = []
    for segment in path.split(separator: slash) {
        switch Array(segment) {
        case [UInt8(ascii: ".")]: continue
        case [UInt8(ascii: "."), UInt8(ascii: ".")]: _ = segments.popLast()
        default: segments.append(segment)
        }
    }
    let endsInSlash = path.last == slash && !segments.isEmpty
    return [slash] + segments.joined(separator: [slash]) + (endsInSlash ? [slash] : [])
}

/// Names and values encoded, then sorted by their encoded bytes, name first.
private func appendQuery(
    _ query: ArraySlice<UInt8>,
    omitting omitted: String?,
    to text: inout [UInt8]
) throws(SigV4Error) {
    var items: [(name: [UInt8], value: [UInt8])] = []
    for item in query.split(separator: UInt8(ascii: "&")) {
        let rawName = item.prefix { $0 != UInt8(ascii: "=") }
        guard let name = PercentCoding.decode(rawName),
            let value = PercentCoding.decode(item.dropFirst(rawName.count + 1))
        else { throw .malformedTarget }
        if let omitted, name.elementsEqual(omitted.utf8) { continue }
        items.append((PercentCoding.encode(name), PercentCoding.encode(value)))
    }
    items.sort { left, right in
        left.name == right.name
            ? left.value.lexicographicallyPrecedes(right.value)
            : left.name.lexicographicallyPrecedes(right.name)
    }
    for (index, item) in items.enumerated() {
        if index > 0 { text.append(UInt8(ascii: "&")) }
        text += item.name
        text.append(UInt8(ascii: "="))
        text += item.value
    }
}

/// Trimmed, and every run of white space within as one space.
private func appendCollapsed(_ value: ArraySlice<UInt8>, to text: inout [UInt8]) {
    var isFirst = true
    for word in value.split(whereSeparator: \.isWhiteSpace) {
        if !isFirst { text.append(UInt8(ascii: " ")) }
        isFirst = false
        text += word
    }
}
