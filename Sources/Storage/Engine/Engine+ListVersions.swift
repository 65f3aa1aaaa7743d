import Base
import Drives
import Locks
import Topology
import XLMeta

/// A version as a listing shows it.
struct ListedVersion {
    let version: ObjectVersion
    /// Whether it is the newest of its key, be it a marker.
    let isLatest: Bool
}

extension Engine {
    /// The versions of a listed key, newest first, at most `countMax`.
    ///
    /// Read without a lease where all drives say the same; as ``listedVersion(_:_:_:)`` reads the key again where they
    /// do not.
    func listedVersions(
        _ bucket: String,
        _ key: String,
        _ entry: MergedFolder.Entry,
        countMax: Int
    ) async throws(EngineError) -> [ListedVersion] {
        // A name that a client could not have stored, or a stray copy in a set that the name does not lead to.
        guard let name = try? ObjectName(key: key) else { return [] }
        let home = set(for: name.path)
        guard let answers = entry.copies.first(where: { $0.set === home })?.answers else { return [] }
        if let versions = unanimousVersions(home, answers) {
            let path = ObjectPath(volume: bucket, name: name.path)
            return listed(versions, answers, home, path, key: key, countMax: countMax)
        }
        return try await versions(of: key, in: bucket, after: nil, countMax: countMax)
    }

    /// The versions of one key under its lease, those behind the version `marker`; all where that one is gone.
    func versions(
        of key: String,
        in bucket: String,
        after marker: UUID?,
        countMax: Int
    ) async throws(EngineError) -> [ListedVersion] {
        guard let name = try? ObjectName(key: key) else { return [] }
        let set = set(for: name.path)
        let path = ObjectPath(volume: bucket, name: name.path)
        let lease = await locks.acquire(.object(bucket: bucket, name: name.path), .shared)
        defer { lease.release() }
        let answers = await set.versionAnswers(path, everybody: true)
        guard let found = set.quorum.decideAll(answers) else {
            if answers.damage != nil {
                reportUnlisted(path, set, answers, "its versions cannot be read")
                return []
            }
            let available = answers.count { if case .unknown = $0 { false } else { true } }
            throw .readQuorumLost(available: available, required: available + 1)
        }
        let start =
            marker.flatMap { id in found.firstIndex { $0.header.versionID == id } }.map { $0 + 1 } ?? 0
        return listed(found, answers, set, path, key: key, from: start, countMax: countMax)
    }

    /// Every drive that answered tells the same versions, and enough did.
    private func unanimousVersions(
        _ set: ErasureSet,
        _ answers: [VersionAnswer]
    ) -> [(header: XLVersionHeader, holders: [Int])]? {
        var first: [XLVersionHeader]?
        for answer in answers {
            switch answer {
            case .unknown, .unreadable: continue
            case .absent: return nil
            case .file(let file):
                let headers = file.entries.map(\.header)
                guard first == nil || first == headers else { return nil }
                first = headers
            }
        }
        guard let found = set.quorum.decideAll(answers), !found.isEmpty else { return nil }
        return found
    }

    /// A version that nobody can read is reported, and does not keep the others from being listed.
    private func listed(
        _ found: [(header: XLVersionHeader, holders: [Int])],
        _ answers: [VersionAnswer],
        _ set: ErasureSet,
        _ path: ObjectPath,
        key: String,
        from start: Int = 0,
        countMax: Int
    ) -> [ListedVersion] {
        var versions: [ListedVersion] = []
        for index in found.indices.dropFirst(start) where versions.count < countMax {
            do throws(EngineError) {
                let version = try version(
                    found[index].header,
                    answers[found[index].holders[0]],
                    path,
                    key: key
                )
                versions.append(ListedVersion(version: version, isLatest: index == 0))
            } catch {
                reportUnlisted(path, set, answers, "\(error)")
            }
        }
        return versions
    }
}
