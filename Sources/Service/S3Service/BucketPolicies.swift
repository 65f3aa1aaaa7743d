internal import Base
package import Engine
package import IAM
package import Policy
internal import S3API
internal import XLMeta

/// What the buckets' stored policies, owners and access control lists say. Each is parsed once and again when it was
/// changed; whatever else is asked comes from memory.
package final class BucketPolicies: BucketPolicySource {
    private struct Parsed {
        let text: BucketText
        let policy: BucketAccess.StoredPolicy
    }

    private struct ParsedRules {
        let texts: [BucketText?]
        /// `nil` where one of the texts cannot be read.
        let rules: BucketRules?

        func areOf(_ others: [BucketText?]) -> Bool {
            zip(texts, others).allSatisfy { $0 === $1 }
        }
    }

    private static let ruleDocuments: [BucketDocument] = [
        .own(.owner), .own(.ownershipControls), .own(.acl), .own(.publicAccessBlock),
    ]

    private let engine: Engine
    private let parsed = Locked<[String: Parsed]>([:])
    private let parsedRules = Locked<[String: ParsedRules]>([:])
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
                ownerID: BucketRules.none.ownerID,
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
        guard !bucket.settings.areUnknown else { return nil }
        let texts = Self.ruleDocuments.map { bucket[$0] }
        guard texts.contains(where: { $0 != nil }) else {
            parsedRules.withLock { _ = $0.removeValue(forKey: bucket.name) }
            return BucketRules.none
        }
        let known = parsedRules.withLock { $0[bucket.name] }
        if let known, known.areOf(texts) { return known.rules }
        let rules: BucketRules?
        do throws(S3Error) { rules = try BucketRules(of: bucket) } catch {
            onUnreadable(bucket.name, nil)
            rules = nil
        }
        parsedRules.withLock { $0[bucket.name] = ParsedRules(texts: texts, rules: rules) }
        return rules
    }

    package func policy(of bucket: Bucket) -> BucketAccess.StoredPolicy {
        guard !bucket.settings.areUnknown else { return .unreadable }
        guard let text = bucket.policy else {
            parsed.withLock { _ = $0.removeValue(forKey: bucket.name) }
            return .none
        }
        let known = parsed.withLock { $0[bucket.name] }
        if let known, known.text === text { return known.policy }
        let policy: BucketAccess.StoredPolicy
        do throws(PolicyError) {
            policy = .document(
                try PolicyDocument(parsing: text.bytes, as: .bucket(bucket.name), from: .stored)
            )
        } catch {
            onUnreadable(bucket.name, error)
            policy = .unreadable
        }
        parsed.withLock { $0[bucket.name] = Parsed(text: text, policy: policy) }
        return policy
    }
}
