internal import XML

/// The body of CreateBucket; most clients send none.
package struct CreateBucketConfiguration: Sendable, Hashable {
    package static let sizeMax = 64 << 10

    /// `nil` when the request does not say.
    package let locationConstraint: String?

    /// An empty body is an empty configuration.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``.
    package init(parsing body: [UInt8]) throws(S3Error) {
        guard !body.isEmpty else {
            locationConstraint = nil
            return
        }
        let root = try parse(
            body,
            root: ["CreateBucketConfiguration", "CreateBucketRequest"],
            sizeMax: Self.sizeMax
        )
        let location = root.trimmedText(of: "LocationConstraint")
        locationConstraint = location?.isEmpty == true ? nil : location
    }
}
