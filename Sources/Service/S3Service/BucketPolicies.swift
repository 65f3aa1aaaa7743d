package import Engine
package import IAM
package import Policy
internal import S3API
internal import XLMeta

/// What the buckets' stored policies, owners and access control lists say.
package final class BucketPolicies: BucketPolicySource {
    private static let ruleDocuments: [BucketDocument] = [
        .own(.owner), .own(.ownershipControls), .own(.acl), .own(.publicAccessBlock),
    ]

    private let engine: Engine
    private let onUnreadable: @Sendable (_ bucket: String, PolicyError?) -> Void

    /// - Parameter onUnreadable: told once of each stored policy that cannot be read, and so denies; with `nil` of another
    ///   setting that nobody can read.
    package init(_ engine: Engine, onUnreadable: @escaping @Sendable (_ bucket: String, PolicyError?) -> Void)
    {
        (self.engine, self.onUnreadable) = (engine, onUnreadable)
    }

    package func access(toBucket name: String) -> BucketAccess? {
        let bucket: Bucket
        do throws(EngineError) {
            bucket = try engine.bucket(name)
        } catch {
            // There is none: identities decide, and the operation says so.
            return nil
        }
        guard let rules = rules(of: bucket) else {
            return BucketAccess(
                ownerID: ownerID(of: bucket),
                policy: .unreadable,
                publicAccessBlock: .init(ignoresPublicACLs: true, restrictsPublicBuckets: true)
            )
        }
        let block = rules.publicAccessBlock
        return BucketAccess(
            ownerID: rules.ownerID,
            policy: policy(of: bucket),
            publicAccessBlock: .init(
                ignoresPublicACLs: block.ignoresPublicACLs,
                restrictsPublicBuckets: block.restrictsPublicBuckets
            )
        )
    }

    package func aclGrant(
        of action: Action,
        on resource: S3Resource,
        to identity: Identity
    ) -> PolicyLayers.ACLGrant {
        guard case .s3(let action) = action, let permission = action.bucketPermission,
            let name = resource.bucket, let list = rules(ofBucket: name)?.activeACL
        else { return .none }
        return list.grant(of: permission, to: identity)
    }

    /// - Returns: `nil` where there is no such bucket, and where its settings cannot be read.
    func rules(ofBucket name: String) -> BucketRules? {
        do throws(EngineError) {
            return rules(of: try engine.bucket(name))
        } catch {
            // There is none.
            return nil
        }
    }

    private func rules(of bucket: Bucket) -> BucketRules? {
        do throws(S3Error) {
            return try bucket.rules
        } catch {
            let isFirst = Self.ruleDocuments.map { bucket[$0]?.isFirstReport() ?? false }
            if isFirst.contains(true) { onUnreadable(bucket.name, nil) }
            return nil
        }
    }

    /// A bucket stays its owner's where something else that is stored with it cannot be read.
    private func ownerID(of bucket: Bucket) -> String {
        do throws(S3Error) {
            return try bucket.ownerID
        } catch {
            // Then nobody knows, and whoever runs the server has to look after it.
            return Owner.server.id
        }
    }

    package func policy(of bucket: Bucket) -> BucketAccess.StoredPolicy {
        guard !bucket.settings.areUnknown else { return .unreadable }
        guard let text = bucket.policy else { return .none }
        let parsed = text.meaning { bytes in
            Result { () throws(PolicyError) -> PolicyDocument in
                try PolicyDocument(parsing: bytes, as: .bucket(bucket.name), from: .stored)
            }
        }
        switch parsed {
        case .success(let document): return .document(document)
        case .failure(let error):
            if text.isFirstReport() { onUnreadable(bucket.name, error) }
            return .unreadable
        }
    }
}
