internal import XML

/// What a client can ask GetObjectAttributes for.
package enum ObjectAttribute: String, Sendable, CaseIterable {
    case etag = "ETag"
    case checksum = "Checksum"
    case parts = "ObjectParts"
    case storageClass = "StorageClass"
    case size = "ObjectSize"

    /// Those that x-amz-object-attributes names, between commas; at least one.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument``.
    package static func parse(_ header: String) throws(S3Error) -> Set<ObjectAttribute> {
        var found: Set<ObjectAttribute> = []
        for name in header.utf8.split(separator: UInt8(ascii: ",")) {
            let text = String(decoding: name.filter { $0 != UInt8(ascii: " ") }, as: UTF8.self)
            guard let attribute = ObjectAttribute(rawValue: text) else { throw invalid(header) }
            found.insert(attribute)
        }
        guard !found.isEmpty else { throw invalid(header) }
        return found
    }

    private static func invalid(_ header: String) -> S3Error {
        S3Error(
            .invalidArgument,
            "Invalid attribute name specified.",
            fields: [
                S3Error.Field("ArgumentName", S3Header.objectAttributes),
                S3Error.Field("ArgumentValue", header),
            ]
        )
    }
}

/// The answer to GetObjectAttributes: what is `nil` was not asked for or is not there.
package struct ObjectAttributesResult: Sendable, Hashable {
    package struct Part: Sendable, Hashable {
        /// 1...10000.
        package var number: Int
        /// In bytes.
        package var size: Int64
        package var checksums: [Checksum]

        package init(number: Int, size: Int64, checksums: [Checksum] = []) {
            (self.number, self.size, self.checksums) = (number, size, checksums)
        }
    }

    /// A page of the parts.
    package struct Parts: Sendable, Hashable {
        /// Of the whole object.
        package var totalCount: Int
        /// The part that the page begins behind; 0 for none.
        package var marker: Int
        package var partsMax: Int
        package var isTruncated: Bool
        package var parts: [Part]

        /// - Parameters:
        ///   - all: in the order of their numbers.
        ///   - marker: only parts with greater numbers are on the page.
        package init(of all: [Part], after marker: Int, partsMax: Int) {
            let rest = all.filter { $0.number > marker }
            parts = Array(rest.prefix(partsMax))
            // A page of no parts is never truncated, or its reader would ask for ever.
            isTruncated = partsMax > 0 && rest.count > parts.count
            (totalCount, self.marker, self.partsMax) = (all.count, marker, partsMax)
        }
    }

    package var etag: ETag?
    package var checksums: [Checksum] = []
    package var checksumKind: ChecksumAlgorithm.Kind?
    package var parts: Parts?
    package var storageClass: String?
    package var size: Int64?

    package init() {}

    /// The ETag stands without quotes here, as in S3.
    package var xml: [UInt8] {
        document("GetObjectAttributesResponse") { writer in
            writer.element(ifPresent: "ETag", etag?.value)
            if !checksums.isEmpty {
                writer.element("Checksum") { writer in
                    writer.elements(checksums)
                    writer.element(ifPresent: "ChecksumType", checksumKind?.rawValue)
                }
            }
            if let parts { writer.element(parts) }
            writer.element(ifPresent: "StorageClass", storageClass)
            if let size { writer.element("ObjectSize", size) }
        }
    }
}

extension XMLWriter {
    fileprivate mutating func element(_ page: ObjectAttributesResult.Parts) {
        element("ObjectParts") { writer in
            writer.element("PartsCount", page.totalCount)
            writer.element("PartNumberMarker", page.marker)
            writer.element("NextPartNumberMarker", page.parts.last?.number ?? 0)
            writer.element("MaxParts", page.partsMax)
            writer.element("IsTruncated", page.isTruncated)
            for part in page.parts {
                writer.element("Part") { writer in
                    writer.element("PartNumber", part.number)
                    writer.element("Size", part.size)
                    writer.elements(part.checksums)
                }
            }
        }
    }
}
