internal import XML

/// Who is told of events in a bucket: the body of PutBucketNotificationConfiguration and the answer to
/// GetBucketNotificationConfiguration. Nobody can be told yet, so that all that counts is whether it is empty.
package struct NotificationConfiguration: Sendable, Hashable {
    package static let sizeMax = 64 << 10

    package let isEmpty: Bool

    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``.
    package init(parsing body: [UInt8]) throws(S3Error) {
        isEmpty =
            try parse(body, root: ["NotificationConfiguration"], sizeMax: Self.sizeMax).children.isEmpty
    }

    package static var emptyXML: [UInt8] { document("NotificationConfiguration") { _ in } }
}
