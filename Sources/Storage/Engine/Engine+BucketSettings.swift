import Base
import Locks
import XLMeta

extension Engine {
    /// Sets a bucket's policy; `nil` takes it away. On return it is durable on a write quorum and is what
    /// ``bucket(_:)`` tells.
    ///
    /// - Parameter policy: not empty.
    /// - Throws: ``EngineError/bucketNotFound``; ``EngineError/damaged(_:)`` where the bucket's other settings cannot be
    ///   read and would be lost; ``EngineError/writeQuorumLost(available:required:)`` with the former policy in force.
    package func setPolicy(_ policy: [UInt8]?, ofBucket name: String) async throws(EngineError) {
        precondition(policy?.isEmpty != true)
        let now = time.now
        try await changeSettings(ofBucket: name) { $0.set(.policy, to: policy, at: now) }
    }

    /// One change at a time, none while the bucket is removed.
    private func changeSettings(
        ofBucket name: String,
        _ change: (inout BucketMetadata) -> Void
    ) async throws(EngineError) {
        let lease = await locks.acquire(.bucket(name), .exclusive)
        defer { lease.release() }
        let bucket = try bucket(name)
        var metadata = try await bucketMetadata(of: bucket)
        change(&metadata)
        try await writeInternal(Self.metadataName(of: name), metadata.encoded())
        buckets.insert(Bucket(metadata, named: name))
    }

    private func bucketMetadata(of bucket: Bucket) async throws(EngineError) -> BucketMetadata {
        let bytes: [UInt8]
        do throws(EngineError) {
            bytes = try await readInternal(Self.metadataName(of: bucket.name))
        } catch {
            guard error == .objectNotFound else { throw error }
            var metadata = BucketMetadata(name: bucket.name, created: bucket.created)
            try await adoptLoosePolicy(&metadata)
            return metadata
        }
        var metadata: BucketMetadata
        do throws(XLMetaError) {
            metadata = try BucketMetadata(decoding: bytes)
        } catch {
            throw .damaged("the bucket's settings: \(error)")
        }
        metadata.name = bucket.name
        if metadata.created == nil {
            try await adoptLoosePolicy(&metadata)
            metadata.created = bucket.created
        }
        return metadata
    }

    /// Before settings had one object, in 2020, each had a file of its own. Passing a policy over would let in whom it
    /// keeps out.
    func adoptLoosePolicy(_ metadata: inout BucketMetadata) async throws(EngineError) {
        guard metadata[.policy] == nil else { return }
        do throws(EngineError) {
            let bytes = try await readInternal("buckets/\(metadata.name)/policy.json")
            metadata.set(.policy, to: bytes, at: metadata.created ?? .epoch)
        } catch {
            guard error == .objectNotFound else { throw error }
        }
    }
}
