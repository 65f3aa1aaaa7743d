internal import XML

/// Where the log of a bucket's requests goes: the body of PutBucketLogging and the answer to GetBucketLogging.
package struct BucketLoggingStatus: Sendable, Hashable {
    /// How objects with log lines are named.
    package enum KeyFormat: Sendable, Hashable {
        /// `prefix2026-03-01-10-30-00-UNIQUE`.
        case simple
        /// `prefixACCOUNT/region/bucket/2026/03/01/2026-03-01-10-30-00-UNIQUE`.
        case partitioned(DateSource)
    }

    /// Whose day partitions are of.
    package enum DateSource: String, Sendable, CaseIterable {
        case eventTime = "EventTime"
        case deliveryTime = "DeliveryTime"
    }

    package struct Target: Sendable, Hashable {
        package var bucket: String
        package var prefix: String
        package var keyFormat: KeyFormat
        /// What others than the target's owner may do with the objects.
        package var grants: [AccessControlPolicy.Grant]

        package init(
            bucket: String,
            prefix: String,
            keyFormat: KeyFormat = .simple,
            grants: [AccessControlPolicy.Grant] = []
        ) {
            (self.bucket, self.prefix, self.keyFormat) = (bucket, prefix, keyFormat)
            self.grants = grants
        }
    }

    package static let sizeMax = 64 << 10
    /// So much has to be left of a key for what is appended to the prefix.
    package static let prefixSizeMax = 800

    /// `nil` where nothing is logged.
    package let target: Target?

    package init(_ target: Target?) { self.target = target }

    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``; ``S3Error/Code-swift.enum/invalidArgument``. Whether users exist
    ///   is for others to say.
    package init(parsing body: [UInt8]) throws(S3Error) {
        let root = try parse(body, root: ["BucketLoggingStatus"], sizeMax: Self.sizeMax)
        try root.allow(["LoggingEnabled"])
        guard let element = root.child("LoggingEnabled") else {
            target = nil
            return
        }
        try element.allow(["TargetBucket", "TargetPrefix", "TargetGrants", "TargetObjectKeyFormat"])
        guard let bucket = element.trimmedText(of: "TargetBucket"), !bucket.isEmpty,
            let prefix = element.text(of: "TargetPrefix")
        else { throw S3Error(.malformedXML) }
        guard prefix.utf8.count <= Self.prefixSizeMax else {
            throw S3Error(
                .invalidArgument,
                "The TargetPrefix is longer than the \(Self.prefixSizeMax) bytes allowed."
            )
        }
        target = Target(
            bucket: bucket,
            prefix: prefix,
            keyFormat: try Self.keyFormat(element),
            grants: try Self.grants(element)
        )
    }

    private static func grants(_ element: XMLElement) throws(S3Error) -> [AccessControlPolicy.Grant] {
        guard let list = element.child("TargetGrants") else { return [] }
        try list.allow(["Grant"])
        guard list.children.count <= AccessControlPolicy.grantsMax else { throw S3Error(.malformedXML) }
        var grants: [AccessControlPolicy.Grant] = []
        for element in list.children {
            do throws(S3Error) {
                grants.append(try AccessControlPolicy.Grant(element))
            } catch {
                throw error.code == .malformedACL ? S3Error(.malformedXML) : error
            }
        }
        return grants
    }

    private static func keyFormat(_ element: XMLElement) throws(S3Error) -> KeyFormat {
        guard let format = element.child("TargetObjectKeyFormat") else { return .simple }
        try format.allow(["SimplePrefix", "PartitionedPrefix"])
        guard format.children.count == 1 else { throw S3Error(.malformedXML) }
        guard let partitioned = format.child("PartitionedPrefix") else { return .simple }
        try partitioned.allow(["PartitionDateSource"])
        guard
            let source = partitioned.trimmedText(of: "PartitionDateSource").flatMap({
                DateSource(rawValue: $0)
            })
        else { throw S3Error(.malformedXML) }
        return .partitioned(source)
    }

    /// Also the form in which drives keep it.
    package var xml: [UInt8] {
        document("BucketLoggingStatus") { writer in
            guard let target else { return }
            writer.element("LoggingEnabled") { writer in
                writer.element("TargetBucket", target.bucket)
                if !target.grants.isEmpty {
                    writer.element("TargetGrants") { writer in
                        for grant in target.grants { grant.write(to: &writer) }
                    }
                }
                writer.element("TargetPrefix", target.prefix)
                writer.element("TargetObjectKeyFormat") { writer in
                    switch target.keyFormat {
                    case .simple: writer.element("SimplePrefix") { _ in }
                    case .partitioned(let source):
                        writer.element("PartitionedPrefix") { writer in
                            writer.element("PartitionDateSource", source.rawValue)
                        }
                    }
                }
            }
        }
    }
}
