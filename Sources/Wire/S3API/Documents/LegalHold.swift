internal import XML

/// Whether a version must be kept until somebody says otherwise: the body of PutObjectLegalHold and the answer to
/// GetObjectLegalHold.
package enum LegalHold: String, Sendable, CaseIterable {
    case on = "ON"
    case off = "OFF"

    package static let sizeMax = 64 << 10

    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``.
    package init(parsing body: [UInt8]) throws(S3Error) {
        let root = try parse(body, root: ["LegalHold"], sizeMax: Self.sizeMax)
        guard let hold = root.trimmedText(of: "Status").flatMap(LegalHold.init(rawValue:)) else {
            throw S3Error(.malformedXML)
        }
        self = hold
    }

    package var xml: [UInt8] { document("LegalHold") { $0.element("Status", rawValue) } }
}
