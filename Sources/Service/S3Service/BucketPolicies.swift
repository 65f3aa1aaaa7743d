internal import Base
package import Engine
package import IAM
package import Policy

/// What the buckets' stored policies say. A policy is parsed once and again when it was changed; whatever else is asked
/// comes from memory.
package final class BucketPolicies: BucketPolicySource {
    private struct Parsed {
        let text: BucketText
        let policy: BucketAccess.StoredPolicy
    }

    private let engine: Engine
    private let parsed = Locked<[String: Parsed]>([:])
    private let onUnreadable: @Sendable (_ bucket: String, PolicyError) -> Void

    /// - Parameter onUnreadable: told once of each stored policy that cannot be read, and so denies.
    package init(_ engine: Engine, onUnreadable: @escaping @Sendable (_ bucket: String, PolicyError) -> Void)
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
        return BucketAccess(owner: .server, policy: policy(of: bucket))
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
