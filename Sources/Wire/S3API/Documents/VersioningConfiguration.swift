internal import XML

/// Whether a bucket keeps the versions of its objects: the body of PutBucketVersioning and the answer to
/// GetBucketVersioning.
package struct VersioningConfiguration: Sendable, Hashable {
    package enum Status: String, Sendable, CaseIterable {
        case enabled = "Enabled"
        case suspended = "Suspended"
    }

    package static let sizeMax = 64 << 10

    /// `nil` for a bucket that never kept versions.
    package var status: Status?
    /// Whether the removal of a version is to ask for a second factor.
    package private(set) var needsMFA = false
    /// Whether some keys are left out, an extension of MinIO's.
    package private(set) var hasExceptions = false

    package init(_ status: Status?) { self.status = status }

    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``;
    ///   ``S3Error/Code-swift.enum/illegalVersioningConfiguration`` without a status.
    package init(parsing body: [UInt8]) throws(S3Error) {
        let root = try parse(body, root: ["VersioningConfiguration"], sizeMax: Self.sizeMax)
        guard let text = root.trimmedText(of: "Status") else {
            throw S3Error(
                .illegalVersioningConfiguration,
                "The Versioning element must be specified"
            )
        }
        guard let status = Status(rawValue: text) else { throw S3Error(.malformedXML) }
        self.status = status
        needsMFA = root.trimmedText(of: "MfaDelete") == "Enabled"
        hasExceptions =
            root.child("ExcludedPrefixes") != nil || root.trimmedText(of: "ExcludeFolders") == "true"
    }

    /// Also the form in which drives keep it.
    package var xml: [UInt8] {
        document("VersioningConfiguration") { writer in
            writer.element(ifPresent: "Status", status?.rawValue)
        }
    }
}
