package import Base
package import Engine
package import IAM
package import S3API
package import SigV4

/// What an operation works with. Made for one request, used by its task only.
package struct OperationContext<Source: RequestSource> {
    package let engine: Engine
    /// What the sender may do.
    package let access: AccessCheck
    /// Whether the operation's rights were granted: always, but for one that narrows without them.
    package let hasRights: Bool
    /// Where new buckets are and what their location is.
    package let region: String
    package let now: Timestamp
    package let accounts: any AccountDirectory
    /// That of new buckets that do not say.
    package let newBucketOwnership: ObjectOwnership
    /// By which objects expire.
    package let lifecycles: BucketLifecycles
    /// By which new versions are retained.
    package let objectLocks: BucketObjectLocks

    private let source: Source
    private let signature: VerifiedSignature?

    package init(
        engine: Engine,
        access: AccessCheck,
        hasRights: Bool = true,
        region: String,
        now: Timestamp,
        accounts: any AccountDirectory,
        newBucketOwnership: ObjectOwnership = .bucketOwnerEnforced,
        source: Source,
        signature: VerifiedSignature?,
        lifecycles: BucketLifecycles = BucketLifecycles(),
        objectLocks: BucketObjectLocks = BucketObjectLocks()
    ) {
        self.engine = engine
        self.access = access
        self.hasRights = hasRights
        self.region = region
        self.now = now
        self.accounts = accounts
        self.newBucketOwnership = newBucketOwnership
        self.source = source
        self.signature = signature
        self.lifecycles = lifecycles
        self.objectLocks = objectLocks
    }

    /// - Throws: ``S3Error/Code-swift.enum/noSuchBucket``.
    package func bucket(_ name: String) throws(S3Error) -> Bucket {
        do {
            return try engine.bucket(name)
        } catch {
            throw S3Error(from: error)
        }
    }

    package var identity: Identity { access.identity }

    /// For rights that only the body names; those of the head were granted before.
    ///
    /// - Parameter versionID: of the object that they are about.
    package func isAllowed(_ rights: Rights, versionID: VersionID? = nil) async -> Bool {
        await access.isAllowed(rights, versionID: versionID)
    }

    /// Asks for the rights of an operation whose ``S3Operation/conditionsAreInBody``.
    ///
    /// - Parameter values: what the body says, as ``AccessCheck/decide(_:versionID:values:)`` takes them.
    /// - Throws: ``S3Error/Code-swift.enum/accessDenied``.
    package func authorize(_ rights: Rights, values: [String: [String]]) async throws(S3Error) {
        guard await access.isAllowed(rights, values: values) else { throw S3Error(.accessDenied) }
    }

    /// The body, to be read once.
    package func body(
        _ declaration: BodyDeclaration,
        computing algorithm: ChecksumAlgorithm? = nil
    ) throws(S3Error) -> BodyPipeline<Source> {
        try BodyPipeline(source, declaration, signature: signature, computing: algorithm)
    }

    /// A body that is a document, whole and with its digests compared.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/maxMessageLengthExceeded`` before a byte is read, and what
    ///   ``BodyPipeline`` throws.
    package func document(_ declaration: BodyDeclaration, sizeMax: Int) async throws(S3Error) -> [UInt8] {
        guard declaration.size <= Int64(sizeMax) else { throw S3Error(.maxMessageLengthExceeded) }
        return try await body(declaration).wholeBody()
    }
}
