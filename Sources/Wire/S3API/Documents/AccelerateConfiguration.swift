internal import XML

/// Whether a bucket is to be reached by S3's accelerated endpoint: the body of PutBucketAccelerateConfiguration and the
/// answer to GetBucketAccelerateConfiguration.
package struct AccelerateConfiguration: Sendable, Hashable {
    package enum Status: String, Sendable, CaseIterable {
        case enabled = "Enabled"
        case suspended = "Suspended"
    }

    package static let sizeMax = 64 << 10

    /// `nil` for a bucket that never was.
    package var status: Status?

    package init(_ status: Status?) { self.status = status }

    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``.
    package init(parsing body: [UInt8]) throws(S3Error) {
        let root = try parse(body, root: ["AccelerateConfiguration"], sizeMax: Self.sizeMax)
        guard let status = root.trimmedText(of: "Status").flatMap({ Status(rawValue: $0) }) else {
            throw S3Error(.malformedXML)
        }
        self.status = status
    }

    /// Also the form in which drives keep it.
    package var xml: [UInt8] {
        document("AccelerateConfiguration") { $0.element(ifPresent: "Status", status?.rawValue) }
    }
}
