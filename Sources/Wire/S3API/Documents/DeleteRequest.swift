package import Base
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
        package let conditions: ContentConditions

        package init(
            key: String,
            versionID: String? = nil,
            etag: ETag? = nil,
            conditions: ContentConditions = ContentConditions()
        ) {
            self.key = key
            self.versionID = versionID
            self.etag = etag
            self.conditions = conditions
        }
    }

    /// Delete only content of that size and time.
    package struct ContentConditions: Sendable, Hashable {
        /// In bytes.
        package let size: Int64?
        /// To the second.
        package let modified: Timestamp?

        package init(size: Int64? = nil, modified: Timestamp? = nil) {
            (self.size, self.modified) = (size, modified)
        }

        /// - Parameter header: a header's value by its name in lower case.
        /// - Throws: ``S3Error/Code-swift.enum/invalidArgument``: whoever sends a condition does not want just any
        ///   content deleted.
        package init(header: (_ name: String) -> String?) throws(S3Error) {
            let sizeName = "x-amz-if-match-size"
            size = try header(sizeName).map { (text) throws(S3Error) in
                guard let size = Self.size(text) else { throw Self.invalid(sizeName, text) }
                return size
            }
            let timeName = "x-amz-if-match-last-modified-time"
            modified = try header(timeName).map { (text) throws(S3Error) in
                guard let time = Self.time(text) else { throw Self.invalid(timeName, text) }
                return time
            }
        }

        /// - Throws: ``S3Error/Code-swift.enum/malformedXML``.
        init(of element: XMLElement) throws(S3Error) {
            size = try element.trimmedText(of: "Size").map { (text) throws(S3Error) in
                guard let size = Self.size(text) else { throw S3Error(.malformedXML) }
                return size
            }
            modified = try element.trimmedText(of: "LastModifiedTime").map { (text) throws(S3Error) in
                guard let time = Self.time(text) else { throw S3Error(.malformedXML) }
                return time
            }
        }

        package var isEmpty: Bool { size == nil && modified == nil }

        package func areMet(bySize size: Int64, modified: Timestamp) -> Bool {
            (self.size ?? size) == size && (self.modified ?? modified).seconds == modified.seconds
        }

        private static func size(_ text: String) -> Int64? { Int64(text).flatMap { $0 < 0 ? nil : $0 } }

        private static func time(_ text: String) -> Timestamp? {
            Timestamp(httpDate: text) ?? Timestamp(iso8601: text)
        }

        private static func invalid(_ name: String, _ value: String) -> S3Error {
            S3Error(
                .invalidArgument,
                fields: [S3Error.Field("ArgumentName", name), S3Error.Field("ArgumentValue", value)]
            )
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
                    conditions: try ContentConditions(of: element)
                )
            )
        }
        self.objects = objects
        isQuiet = root.trimmedText(of: "Quiet")?.lowercased() == "true"
    }
}
