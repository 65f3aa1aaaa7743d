internal import XML

/// Who is to pay for requests: the body of PutBucketRequestPayment and the answer to GetBucketRequestPayment.
package struct RequestPaymentConfiguration: Sendable, Hashable {
    package enum Payer: String, Sendable, CaseIterable {
        case bucketOwner = "BucketOwner"
        case requester = "Requester"
    }

    package static let sizeMax = 64 << 10

    package var payer: Payer

    package init(_ payer: Payer) { self.payer = payer }

    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``.
    package init(parsing body: [UInt8]) throws(S3Error) {
        let root = try parse(body, root: ["RequestPaymentConfiguration"], sizeMax: Self.sizeMax)
        guard let payer = root.trimmedText(of: "Payer").flatMap({ Payer(rawValue: $0) }) else {
            throw S3Error(.malformedXML)
        }
        self.payer = payer
    }

    /// Also the form in which drives keep it.
    package var xml: [UInt8] {
        document("RequestPaymentConfiguration") { $0.element("Payer", payer.rawValue) }
    }
}
