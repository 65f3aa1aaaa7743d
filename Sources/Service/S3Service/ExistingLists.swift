package import Engine
internal import IAM
internal import Policy
internal import S3API
internal import XLMeta

/// Reads the owners and access control lists of objects for the rights that they decide. Where lists are off, which they
/// are by default, nothing is read.
package struct ExistingLists: Sendable {
    private let engine: Engine
    private let policies: BucketPolicies

    package init(_ engine: Engine, _ policies: BucketPolicies) {
        (self.engine, self.policies) = (engine, policies)
    }

    /// Whether the object itself has a say in a right.
    func matter(to right: Right) -> Bool {
        guard !right.isOfCreation, case .s3(let action) = right.action, action.objectPermission != nil,
            case .object(let bucket, _) = right.resource
        else { return false }
        return policies.rules(ofBucket: bucket)?.ownership.hasLists == true
    }

    /// - Returns: `nil` where there is no such object.
    /// - Throws: what reading the object would, but for its absence.
    func access(
        by right: Right,
        to object: ObjectAddress,
        version: VersionID,
        for identity: Identity
    ) async throws(S3Error) -> ObjectAccess? {
        let found: ObjectVersion
        do throws(EngineError) {
            found = try await engine.version(bucket: object.bucket, key: object.key, id: version.id)
        } catch {
            guard error.isAbsence else { throw S3Error(from: error) }
            return nil
        }
        return try access(by: right, to: found, for: identity)
    }

    /// - Throws: ``S3Error/Code-swift.enum/internalError`` where the list cannot be read.
    func access(
        by right: Right,
        to version: ObjectVersion,
        for identity: Identity
    ) throws(S3Error) -> ObjectAccess? {
        guard case .s3(let action) = right.action, let permission = action.objectPermission,
            let rules = policies.rules(ofBucket: version.bucket), rules.ownership.hasLists
        else { return nil }
        guard let list = try version.storedACL else {
            return ObjectAccess(ownerID: rules.ownerID, aclGrant: .none)
        }
        return ObjectAccess(ownerID: list.owner.id, aclGrant: list.grant(of: permission, to: identity))
    }
}

extension EngineError {
    /// What was asked for is not there.
    fileprivate var isAbsence: Bool {
        switch self {
        case .bucketNotFound, .objectNotFound, .versionNotFound: true
        case .bucketAlreadyExists, .bucketNotEmpty, .uploadNotFound, .partNotFound, .readQuorumLost,
            .writeQuorumLost, .damaged, .drivesFull, .tooManyVersions, .unstorableName, .refused, .overloaded,
            .unsupported:
            false
        }
    }
}
