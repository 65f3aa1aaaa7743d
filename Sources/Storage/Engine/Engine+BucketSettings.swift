import Base
import Drives
import Locks
import XLMeta

extension Engine {
    /// Sets one of a bucket's settings; `nil` takes it away. On return it is durable on a write quorum and is what
    /// ``bucket(_:)`` tells.
    ///
    /// - Parameters:
    ///   - value: not empty.
    ///   - check: asked with the bucket as it is, while nobody else changes it.
    /// - Throws: ``EngineError/bucketNotFound``; ``EngineError/refused(_:)`` with what `check` threw;
    ///   ``EngineError/damaged(_:)`` where the bucket's other settings cannot be read and would be lost;
    ///   ``EngineError/writeQuorumLost(available:required:)`` with the former value in force.
    package func set(
        _ document: BucketDocument,
        to value: [UInt8]?,
        ofBucket name: String,
        check: (Bucket) throws(CommitRefusal) -> Void = { _ in }
    ) async throws(EngineError) {
        precondition(value?.isEmpty != true)
        let lease = await locks.acquire(.bucket(name), .exclusive)
        defer { lease.release() }
        let bucket = try bucket(name)
        do throws(CommitRefusal) { try check(bucket) } catch { throw .refused(error) }
        var stored = try await storedSettings(of: bucket)
        switch document {
        case .shared(let setting):
            stored.metadata.set(setting, to: value, at: time.now)
            try await write(stored.metadata)
        case .own(let setting):
            // What it is bound to has to be written down first.
            if !stored.isDated { try await write(stored.metadata) }
            stored.supplement.set(setting, to: value, at: time.now)
            try await write(stored.supplement, of: name)
        }
        buckets.insert(Bucket(stored.metadata, stored.supplement, named: name))
    }

    func write(_ metadata: BucketMetadata) async throws(EngineError) {
        try await writeInternal(Self.metadataName(of: metadata.name), metadata.encoded())
    }

    func write(_ supplement: BucketSupplement, of name: String) async throws(EngineError) {
        if supplement.isEmpty { return try await removeInternal(Self.supplementName(of: name)) }
        try await writeInternal(Self.supplementName(of: name), supplement.encoded())
    }

    /// What the drives have of a bucket's settings.
    struct StoredSettings {
        var metadata: BucketMetadata
        /// Whether ``metadata`` is on the drives.
        var hasMetadata: Bool
        /// Whether it says there when the bucket was created.
        var isDated: Bool
        var supplement: BucketSupplement
    }

    private func storedSettings(of bucket: Bucket) async throws(EngineError) -> StoredSettings {
        try await storedSettings(of: bucket.name, created: bucket.created)
    }

    /// - Parameter created: counts where nothing else is stored.
    func storedSettings(
        of name: String,
        created: Timestamp
    ) async throws(EngineError) -> StoredSettings {
        var metadata = BucketMetadata(name: name, created: created)
        let stored = try await readInternal(ifThere: Self.metadataName(of: name))
        if let bytes = stored {
            do throws(XLMetaError) {
                metadata = try BucketMetadata(decoding: bytes)
            } catch { throw .damaged("the bucket's settings: \(error)") }
            metadata.name = name
        }
        let isDated = stored != nil && metadata.created != nil
        if !isDated {
            try await adoptLoosePolicy(&metadata)
            metadata.created = created
        }
        return StoredSettings(
            metadata: metadata,
            hasMetadata: stored != nil,
            isDated: isDated,
            supplement: try await storedSupplement(of: name, created: metadata.created ?? created)
        )
    }

    private func storedSupplement(
        of name: String,
        created: Timestamp
    ) async throws(EngineError) -> BucketSupplement {
        let fresh = BucketSupplement(created: created)
        guard let bytes = try await readInternal(ifThere: Self.supplementName(of: name)) else { return fresh }
        do throws(XLMetaError) {
            let stored = try BucketSupplement(decoding: bytes)
            return stored.created == created ? stored : fresh
        } catch { throw .damaged("the bucket's own settings: \(error)") }
    }

    private func readInternal(ifThere name: String) async throws(EngineError) -> [UInt8]? {
        do throws(EngineError) { return try await readInternal(name) } catch {
            guard error == .objectNotFound else { throw error }
            return nil
        }
    }

    /// Before settings had one object, in 2020, each had a file of its own. Passing a policy over would let in whom it
    /// keeps out.
    private func adoptLoosePolicy(_ metadata: inout BucketMetadata) async throws(EngineError) {
        guard metadata[.policy] == nil,
            let bytes = try await readInternal(ifThere: "buckets/\(metadata.name)/policy.json")
        else { return }
        metadata.set(.policy, to: bytes, at: metadata.created ?? .epoch)
    }

    static func metadataName(of bucket: String) -> String { "buckets/\(bucket)/.metadata.bin" }
    static func supplementName(of bucket: String) -> String { "buckets/\(bucket)/.martlet.bin" }
}
