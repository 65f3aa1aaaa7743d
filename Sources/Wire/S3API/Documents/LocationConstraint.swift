internal import XML

/// The answer to GetBucketLocation.
package struct LocationConstraint: Sendable, Hashable {
    package var region: String

    package init(region: String) { self.region = region }

    /// us-east-1 is written as nothing, as S3 does.
    package var xml: [UInt8] {
        document("LocationConstraint") { $0.text(region == "us-east-1" ? "" : region) }
    }
}
