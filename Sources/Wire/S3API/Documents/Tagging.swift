internal import Base
internal import XML

/// The tags of an object or a bucket: what requests set and the answers to GetObjectTagging and GetBucketTagging.
package struct Tagging: Sendable, Hashable {
    package struct Tag: Sendable, Hashable {
        package let key: String
        package let value: String

        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    /// What the tags are of.
    package enum Subject: Sendable {
        case object
        case bucket

        package var tagsMax: Int {
            switch self {
            case .object: 10
            case .bucket: 50
            }
        }
    }

    package static let sizeMax = 256 << 10
    /// In UTF-16 code units, as S3 counts.
    package static let keyLengthMax = 128
    package static let valueLengthMax = 256

    /// In the order stored.
    package let tags: [Tag]

    package init(_ tags: [Tag]) { self.tags = tags }

    /// From the form in which drives keep them and x-amz-tagging sends them, as in `a=1&key+two=%C3%BC`.
    ///
    /// `nil` for a broken `%XX` or bytes that are no UTF-8.
    package init?(encoded: String) {
        var tags: [Tag] = []
        for item in encoded.utf8.split(separator: UInt8(ascii: "&")) {
            let name = item.prefix { $0 != UInt8(ascii: "=") }
            guard let key = formText(name), let value = formText(item.dropFirst(name.count + 1)) else {
                return nil
            }
            tags.append(Tag(key, value))
        }
        self.tags = tags
    }

    /// From x-amz-tagging.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument`` for what is no list of tags or names one twice;
    ///   ``S3Error/Code-swift.enum/invalidTag``.
    package init(header: String) throws(S3Error) {
        guard let tagging = Tagging(encoded: header), !tagging.hasDuplicates else {
            throw S3Error(
                .invalidArgument,
                "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
                fields: [
                    S3Error.Field("ArgumentName", S3Header.tagging),
                    S3Error.Field("ArgumentValue", header),
                ]
            )
        }
        try tagging.check(for: .object)
        self = tagging
    }

    /// From the body of PutObjectTagging or PutBucketTagging.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``; ``S3Error/Code-swift.enum/invalidTag``.
    package init(parsing body: [UInt8], of subject: Subject) throws(S3Error) {
        let root = try parse(body, root: ["Tagging"], sizeMax: Self.sizeMax)
        guard let set = root.child("TagSet") else { throw S3Error(.malformedXML) }
        var tags: [Tag] = []
        for element in set.children(named: "Tag") {
            guard let key = element.text(of: "Key"), let value = element.text(of: "Value") else {
                throw S3Error(.malformedXML)
            }
            tags.append(Tag(key, value))
        }
        self.tags = tags
        try check(for: subject)
    }

    /// What ``init(encoded:)`` reads back, as drives keep it.
    package var encoded: String {
        tags.map { "\(formEncoded($0.key))=\(formEncoded($0.value))" }.joined(separator: "&")
    }

    /// In bytewise order of their keys, which is how clients are told those of objects.
    package var sorted: Tagging {
        Tagging(tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
    }

    package var xml: [UInt8] {
        document("Tagging") { writer in
            writer.element("TagSet") { writer in
                for tag in tags {
                    writer.element("Tag") { writer in
                        writer.element("Key", tag.key)
                        writer.element("Value", tag.value)
                    }
                }
            }
        }
    }
}

extension Tagging {
    private func check(for subject: Subject) throws(S3Error) {
        guard tags.count <= subject.tagsMax else {
            let kind = subject == .object ? "Object" : "Bucket"
            throw S3Error(.invalidTag, "\(kind) tags cannot be greater than \(subject.tagsMax).")
        }
        for tag in tags { try tag.check() }
        guard !hasDuplicates else {
            throw S3Error(.invalidTag, "Cannot provide multiple Tags with the same key.")
        }
    }

    /// By UTF-8, not by what looks alike.
    private var hasDuplicates: Bool { Set(tags.map { Array($0.key.utf8) }).count < tags.count }
}

extension Tagging.Tag {
    fileprivate func check() throws(S3Error) {
        guard !key.isEmpty, key.utf16.count <= Tagging.keyLengthMax,
            key.unicodeScalars.allSatisfy(\.isAllowedInTags)
        else {
            throw S3Error(
                .invalidTag,
                "The TagKey you have provided is invalid.",
                fields: [S3Error.Field("TagKey", key)]
            )
        }
        guard !key.lowercased().utf8.starts(with: "aws:".utf8) else {
            throw S3Error(
                .invalidTag,
                "System tags cannot be added or updated by requesters.",
                fields: [S3Error.Field("TagKey", key)]
            )
        }
        guard value.utf16.count <= Tagging.valueLengthMax,
            value.unicodeScalars.allSatisfy(\.isAllowedInTags)
        else {
            throw S3Error(
                .invalidTag,
                "The TagValue you have provided is invalid.",
                fields: [S3Error.Field("TagKey", key), S3Error.Field("TagValue", value)]
            )
        }
    }
}

extension Unicode.Scalar {
    /// Letters with their marks, digits, white space and a few signs, in any script.
    fileprivate var isAllowedInTags: Bool {
        switch self {
        case "_", ".", ":", "/", "=", "+", "-", "@": return true
        default: break
        }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber,
            .spaceSeparator, .lineSeparator, .paragraphSeparator:
            return true
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol,
            .modifierSymbol, .otherSymbol, .control, .format, .surrogate, .privateUse, .unassigned:
            return false
        @unknown default: return false
        }
    }
}

/// As in forms: `+` is a space.
private func formText(_ text: Substring.UTF8View) -> String? {
    let spaced = text.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
    return PercentCoding.decode(spaced).flatMap { String(validating: $0, as: UTF8.self) }
}

private func formEncoded(_ text: String) -> String {
    let encoded = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        .map { String(decoding: PercentCoding.encode($0), as: UTF8.self) }
    return encoded.joined(separator: "+")
}
