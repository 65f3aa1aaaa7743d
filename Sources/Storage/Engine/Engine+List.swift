import Drives
import Locks
import Topology
import XLMeta

extension Engine {
    /// One page of a bucket's keys, the newest version of each, in bytewise order.
    ///
    /// - Throws: ``EngineError/readQuorumLost(available:required:)`` rather than leaving keys out.
    package func list(bucket: String, _ request: ListRequest) async throws(EngineError) -> ListPage {
        precondition((0...1000).contains(request.limit))
        _ = try self.bucket(bucket)
        var listing = Listing(engine: self, bucket: bucket, request: request)
        return try await listing.run()
    }

    /// The newest version of a listed key; `nil` if it is a delete marker, if the drives agree that there is none, or if
    /// nobody can read it: that is reported, and does not keep the other keys from being listed.
    ///
    /// A listing reads without a lease. Drives that disagree may be in the middle of a commit, so that key is read
    /// again under its shared lease.
    func listedVersion(
        _ bucket: String,
        _ key: String,
        _ entry: MergedFolder.Entry
    ) async throws(EngineError) -> ObjectVersion? {
        var newest: ObjectVersion?
        for (set, answers) in entry.copies {
            guard let version = try await listedVersion(bucket, key, set, answers) else { continue }
            if newest.map({ $0.modified < version.modified }) ?? true { newest = version }
        }
        return newest
    }

    private func listedVersion(
        _ bucket: String,
        _ key: String,
        _ set: ErasureSet,
        _ answers: [VersionAnswer]
    ) async throws(EngineError) -> ObjectVersion? {
        guard let name = try? ObjectName(key: key) else {
            // A name that a client could not have stored; another server's, perhaps. It cannot be read either.
            return nil
        }
        // A stray copy in a set that the name does not lead to is not the object.
        guard set === self.set(for: name.path) else { return nil }
        let path = ObjectPath(volume: bucket, name: name.path)
        let version: ObjectVersion
        do throws(EngineError) {
            if let agreed = unanimous(set, answers) {
                version = try ObjectVersion(agreed, bucket: bucket, key: key)
            } else {
                let lease = await locks.acquire(.object(bucket: bucket, name: name.path), .shared)
                defer { lease.release() }
                version = try await find(path, key: key, .newest).version
            }
        } catch {
            switch error {
            case .objectNotFound: return nil
            case .damaged(let reason), .unsupported(let reason):
                reportUnlisted(path, set, answers, reason)
                return nil
            case .bucketNotFound, .bucketAlreadyExists, .bucketNotEmpty, .versionNotFound, .uploadNotFound,
                .partNotFound, .readQuorumLost, .writeQuorumLost, .drivesFull, .tooManyVersions,
                .unstorableName, .refused, .overloaded:
                throw error
            }
        }
        return version.isDeleteMarker ? nil : version
    }

    /// Of the first drive that has something there: the others say the same, or no better.
    func reportUnlisted(
        _ path: ObjectPath,
        _ set: ErasureSet,
        _ answers: [VersionAnswer],
        _ reason: String
    ) {
        for (slot, answer) in zip(set.slots, answers) {
            switch answer {
            case .file, .unreadable: return reportDamage(path, slot, "left out of a listing: \(reason)")
            case .absent, .unknown: continue
            }
        }
    }

    /// A version that every drive which answered has as its newest.
    func unanimous(_ set: ErasureSet, _ answers: [VersionAnswer]) -> XLMetaFile.Entry? {
        var first: XLMetaFile.Entry?
        var count = 0
        for answer in answers {
            switch answer {
            case .unknown, .unreadable: continue
            case .absent: return nil
            case .file(let file):
                guard let latest = file.latest else { return nil }
                if let first,
                    !first.header.isSameWrite(as: latest.header)
                        || first.header.signature != latest.header.signature
                {
                    return nil
                }
                first = first ?? latest
                count += 1
            }
        }
        guard let first, count >= set.quorum.holdersRequired(for: first.header) else { return nil }
        return first
    }
}
