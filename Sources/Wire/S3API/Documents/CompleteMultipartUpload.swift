internal import XML

/// The body of CompleteMultipartUpload.
package struct CompleteMultipartUpload: Sendable, Hashable {
    package struct Part: Sendable, Hashable {
        /// 1...10000.
        package let number: Int
        package let etag: ETag
        /// Those the client repeats; each must be the stored part's.
        package let checksums: [Checksum]

        package init(number: Int, etag: ETag, checksums: [Checksum] = []) {
            self.number = number
            self.etag = etag
            self.checksums = checksums
        }
    }

    package static let partsMax = 10_000
    package static let sizeMax = 8 << 20

    /// At least one, numbers strictly ascending.
    package let parts: [Part]

    /// - Throws: ``S3Error/Code-swift.enum/malformedXML`` for no part, too many, or one without number or
    ///   ETag; ``S3Error/Code-swift.enum/invalidArgument`` for a number out of range;
    ///   ``S3Error/Code-swift.enum/invalidPart`` for a checksum that is none;
    ///   ``S3Error/Code-swift.enum/invalidPartOrder``; ``S3Error/Code-swift.enum/maxMessageLengthExceeded``.
    package init(parsing body: [UInt8]) throws(S3Error) {
        let root = try parse(
            body,
            root: ["CompleteMultipartUpload", "MultipartUpload"],
            sizeMax: Self.sizeMax
        )
        let elements = root.children(named: "Part")
        guard (1...Self.partsMax).contains(elements.count) else { throw S3Error(.malformedXML) }
        var parts: [Part] = []
        parts.reserveCapacity(elements.count)
        for element in elements {
            let part = try Part(element)
            if let last = parts.last, last.number >= part.number { throw S3Error(.invalidPartOrder) }
            parts.append(part)
        }
        self.parts = parts
    }
}

extension CompleteMultipartUpload.Part {
    fileprivate init(_ element: XMLElement) throws(S3Error) {
        guard let text = element.trimmedText(of: "PartNumber"), let number = Int(text),
            let etag = element.trimmedText(of: "ETag"), !etag.isEmpty
        else { throw S3Error(.malformedXML) }
        guard (1...CompleteMultipartUpload.partsMax).contains(number) else {
            throw S3Error(.invalidArgument, "Part number must be an integer between 1 and 10000, inclusive.")
        }
        var checksums: [Checksum] = []
        for algorithm in ChecksumAlgorithm.allCases {
            guard let text = element.trimmedText(of: algorithm.elementName), !text.isEmpty else { continue }
            guard let checksum = Checksum(algorithm, text: text), checksum.partCount == nil else {
                throw S3Error(.invalidPart)
            }
            checksums.append(checksum)
        }
        self.init(number: number, etag: ETag(etag), checksums: checksums)
    }
}
