internal import XML

/// Four switches against a bucket being public: the body of PutPublicAccessBlock, the answer to GetPublicAccessBlock,
/// and what drives keep.
package struct PublicAccessBlockConfiguration: Sendable, Hashable {
    package static let sizeMax = 64 << 10

    /// Public lists are not taken; those that are there stay.
    package var blocksPublicACLs: Bool
    /// Public lists grant nothing to the public.
    package var ignoresPublicACLs: Bool
    /// Public bucket policies are not taken; one that is there stays.
    package var blocksPublicPolicy: Bool
    /// A public bucket policy grants nothing to other accounts and to nobody unsigned.
    package var restrictsPublicBuckets: Bool

    package init(
        blocksPublicACLs: Bool = false,
        ignoresPublicACLs: Bool = false,
        blocksPublicPolicy: Bool = false,
        restrictsPublicBuckets: Bool = false
    ) {
        (self.blocksPublicACLs, self.ignoresPublicACLs) = (blocksPublicACLs, ignoresPublicACLs)
        (self.blocksPublicPolicy, self.restrictsPublicBuckets) = (blocksPublicPolicy, restrictsPublicBuckets)
    }

    package static let everything = PublicAccessBlockConfiguration(
        blocksPublicACLs: true,
        ignoresPublicACLs: true,
        blocksPublicPolicy: true,
        restrictsPublicBuckets: true
    )

    private static let names = [
        "BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets",
    ]

    /// A switch that is left out is off; a misspelt one is not taken for one that is left out.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``.
    package init(parsing body: [UInt8]) throws(S3Error) {
        let root = try parse(body, root: ["PublicAccessBlockConfiguration"], sizeMax: Self.sizeMax)
        guard root.children.allSatisfy({ Self.names.contains($0.name) }) else { throw S3Error(.malformedXML) }
        self.init(
            blocksPublicACLs: try Self.flag("BlockPublicAcls", of: root),
            ignoresPublicACLs: try Self.flag("IgnorePublicAcls", of: root),
            blocksPublicPolicy: try Self.flag("BlockPublicPolicy", of: root),
            restrictsPublicBuckets: try Self.flag("RestrictPublicBuckets", of: root)
        )
    }

    private static func flag(_ name: String, of root: XMLElement) throws(S3Error) -> Bool {
        let found = root.children(named: name)
        guard found.count <= 1 else { throw S3Error(.malformedXML) }
        switch found.first?.trimmedText.lowercased() {
        case nil, "false", "0": return false
        case "true", "1": return true
        default: throw S3Error(.malformedXML)
        }
    }

    package var xml: [UInt8] {
        document("PublicAccessBlockConfiguration") { writer in
            writer.element("BlockPublicAcls", blocksPublicACLs)
            writer.element("IgnorePublicAcls", ignoresPublicACLs)
            writer.element("BlockPublicPolicy", blocksPublicPolicy)
            writer.element("RestrictPublicBuckets", restrictsPublicBuckets)
        }
    }
}
