internal import XML

/// Whose the objects of a bucket are that others write into it, and with that, whether access control lists are in
/// force.
package enum ObjectOwnership: String, Sendable, Hashable, CaseIterable {
    /// The bucket owner's, all of them. Lists are off.
    case bucketOwnerEnforced = "BucketOwnerEnforced"
    /// The writer's, unless the writer gives the bucket owner full control by the canned list.
    case bucketOwnerPreferred = "BucketOwnerPreferred"
    /// The writer's.
    case objectWriter = "ObjectWriter"

    /// The value of the header of CreateBucket.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument``.
    package init(header text: String) throws(S3Error) {
        guard let ownership = Self(rawValue: text) else {
            throw S3Error(
                .invalidArgument,
                "Invalid x-amz-object-ownership header: \(text)",
                fields: [
                    S3Error.Field("ArgumentName", S3Header.objectOwnership),
                    S3Error.Field("ArgumentValue", text),
                ]
            )
        }
        self = ownership
    }

    package var hasLists: Bool {
        switch self {
        case .bucketOwnerEnforced: false
        case .bucketOwnerPreferred, .objectWriter: true
        }
    }
}

/// The body of PutBucketOwnershipControls, the answer to GetBucketOwnershipControls, and what drives keep.
package struct OwnershipControls: Sendable, Hashable {
    package static let sizeMax = 64 << 10

    package let objectOwnership: ObjectOwnership

    package init(_ objectOwnership: ObjectOwnership) { self.objectOwnership = objectOwnership }

    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``, also for another number of rules than one.
    package init(parsing body: [UInt8]) throws(S3Error) {
        let root = try parse(body, root: ["OwnershipControls"], sizeMax: Self.sizeMax)
        let rules = root.children(named: "Rule")
        guard rules.count == 1,
            let ownership = rules[0].trimmedText(of: "ObjectOwnership").flatMap(
                ObjectOwnership.init(rawValue:)
            )
        else { throw S3Error(.malformedXML) }
        objectOwnership = ownership
    }

    package var xml: [UInt8] {
        document("OwnershipControls") { writer in
            writer.element("Rule") { $0.element("ObjectOwnership", objectOwnership.rawValue) }
        }
    }
}
