internal import XML

/// The body of DeleteObjects.
package struct DeleteRequest: Sendable, Hashable {
    package struct Object: Sendable, Hashable {
        /// As written; may be empty, which is that object's error and no other's. Compare keys by their
        /// UTF-8.
        package let key: String
        /// `null` names the version without an id.
        package let versionID: String?
        /// Delete only this version of the content.
        package let etag: ETag?
        /// The conditions that S3 has for directory buckets only: Size, LastModifiedTime. Whoever sends one does not
        /// want just any content deleted.
        package let directoryConditions: [String]

        package init(
            key: String,
            versionID: String? = nil,
            etag: ETag? = nil,
            directoryConditions: [String] = []
        ) {
            self.key = key
            self.versionID = versionID
            self.etag = etag
            self.directoryConditions = directoryConditions
        }
    }

    package static let objectsMax = 1000
    package static let sizeMax = 2 << 20

    /// 1...``objectsMax`` of them, in the order sent.
    package let objects: [Object]
    /// Answer errors only.
    package let isQuiet: Bool

    /// - Throws: ``S3Error/Code-swift.enum/malformedXML`` for no object, too many, or one without a Key;
    ///   ``S3Error/Code-swift.enum/maxMessageLengthExceeded``.
    package init(parsing body: [UInt8]) throws(S3Error) {
        let root = try parse(body, root: ["Delete"], sizeMax: Self.sizeMax)
        let elements = root.children(named: "Object")
        guard (1...Self.objectsMax).contains(elements.count) else { throw S3Error(.malformedXML) }
        var objects: [Object] = []
        for element in elements {
            guard let key = element.text(of: "Key") else { throw S3Error(.malformedXML) }
            let version = element.trimmedText(of: "VersionId")
            objects.append(
                Object(
                    key: key,
                    versionID: version?.isEmpty == true ? nil : version,
                    etag: element.trimmedText(of: "ETag").map { ETag($0) },
                    directoryConditions: ["Size", "LastModifiedTime"].filter { element.text(of: $0) != nil }
                )
            )
        }
        self.objects = objects
        isQuiet = root.trimmedText(of: "Quiet")?.lowercased() == "true"
    }
}
