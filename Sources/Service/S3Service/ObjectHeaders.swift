package import S3API
internal import XLMeta

/// The headers of a write that stay with the object, as they are stored.
package struct ObjectHeaders: Sendable {
    /// For `MetaUsr`, without the ETag.
    package let stored: [(name: String, value: String)]

    /// Stored in lower case; the value as sent.
    private static let systemNames = [
        UserMetadataKey.cacheControl, UserMetadataKey.contentDisposition, UserMetadataKey.contentLanguage,
        UserMetadataKey.expires,
    ]
    private static let defaultContentType = "binary/octet-stream"

    /// - Throws: ``S3Error/Code-swift.enum/metadataTooLarge``; ``S3Error/Code-swift.enum/invalidArgument`` for
    ///   a value that is no UTF-8, as it could not be given back as it came;
    ///   ``S3Error/Code-swift.enum/invalidRedirectLocation``.
    package init(of request: S3Request) throws(S3Error) {
        let contentType = try request.storableHeader(UserMetadataKey.contentType)
        var stored = [(UserMetadataKey.contentType, contentType ?? Self.defaultContentType)]
        for name in Self.systemNames {
            if let value = try request.storableHeader(name) { stored.append((name, value)) }
        }
        if let location = try request.websiteRedirectLocation {
            stored.append((UserMetadataKey.websiteRedirectLocation, location))
        }
        let encoding = withoutChunking(try request.storableHeader(UserMetadataKey.contentEncoding) ?? "")
        if !encoding.isEmpty { stored.append((UserMetadataKey.contentEncoding, encoding)) }
        // Only what differs from STANDARD is stored.
        if let storageClass = try request.storableHeader(UserMetadataKey.storageClass),
            storageClass != "STANDARD"
        {
            stored.append((UserMetadataKey.storageClass, storageClass))
        }
        stored += try Self.userMetadata(request)
        self.stored = stored
    }

    private static func userMetadata(_ request: S3Request) throws(S3Error) -> [(name: String, value: String)]
    {
        var headers: [(name: String, value: String)] = []
        for header in request.headers(startingWith: S3Header.metadataPrefix) {
            headers.append((header.name, try text(header.value, of: header.name)))
        }
        return try UserMetadata(headers: headers).entries.map { entry in
            (canonicalName("\(S3Header.metadataPrefix)\(entry.name)"), entry.value)
        }
    }
}

extension S3Request {
    /// `nil` where it was not sent, or is empty.
    func storableHeader(_ name: String) throws(S3Error) -> String? {
        guard let value = header(name), !value.isEmpty else { return nil }
        // A replacement character stands for bytes that are no UTF-8.
        guard !value.unicodeScalars.contains("\u{fffd}") else { throw notText(name) }
        return value
    }
}

private func text(_ bytes: [UInt8], of name: String) throws(S3Error) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw notText(name) }
    return text
}

private func notText(_ name: String) -> S3Error {
    S3Error(
        .invalidArgument,
        "The value of \(name) is not UTF-8 and could not be returned as it was sent.",
        fields: [S3Error.Field("ArgumentName", name)]
    )
}

/// `aws-chunked` says how the body travelled, not what it is. All else stays as it was sent.
private func withoutChunking(_ encodings: String) -> String {
    let kept = encodings.split(separator: ",", omittingEmptySubsequences: false)
        .filter { $0.lowercased().filter { $0 != " " } != "aws-chunked" }
        .joined(separator: ",")
    return String(kept.drop { $0 == " " })
}

/// The first letter and every one behind a hyphen in upper case, all others in lower case: the spelling that
/// MinIO's drives have, `X-Amz-Meta-Some-Name`.
func canonicalName(_ name: String) -> String {
    var startsWord = true
    let bytes = name.utf8.map { byte -> UInt8 in
        defer { startsWord = byte == UInt8(ascii: "-") }
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z") where startsWord: return byte - 0x20
        case UInt8(ascii: "A")...UInt8(ascii: "Z") where !startsWord: return byte + 0x20
        default: return byte
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
