import Base
import Drives
import XLMeta

/// What a writer has to know of a key before it changes it; gathered under the exclusive lease.
struct CurrentVersions {
    /// The newest version; may be a delete marker.
    let newest: ObjectVersion?
    /// Every answer, also of drives that were outvoted.
    let answers: [VersionAnswer]

    /// Later than every version on any drive, whatever the clock does.
    func timeForNext(now: Timestamp) -> Timestamp {
        let latest = answers.compactMap { answer -> Timestamp? in
            if case .file(let file) = answer { file.latest?.header.modificationTime } else { nil }
        }.max()
        guard let latest, latest >= now else { return now }
        return Timestamp(nanoseconds: latest.nanoseconds + 1)
    }

    /// Bytes of the largest `xl.meta` of the key.
    var xlMetaSize: Int {
        answers.reduce(0) { size, answer in
            if case .file(let file) = answer { max(size, file.storedSize) } else { size }
        }
    }

    /// - Throws: ``EngineError/tooManyVersions(countMax:)`` where one more would exceed the limit on every drive: one that
    ///   names a wrong number does not stop a write.
    func checkRoom(for id: UUID, countMax: Int) throws(EngineError) {
        var counts: [Int] = []
        for case .file(let file) in answers {
            // A version in place of another is not one more.
            if file.entries.contains(where: { $0.header.versionID == id }) { return }
            counts.append(file.versionCount)
        }
        guard let count = counts.min(), count >= countMax else { return }
        throw .tooManyVersions(countMax: countMax)
    }

    /// The files that go when the version `id` is replaced or removed. A drive that missed a write has others
    /// than the rest, and readers may be at either.
    func pinKeys(of id: UUID, path: ObjectPath) -> Set<Pins.Key> {
        var keys: Set<Pins.Key> = []
        for case .file(let file) in answers {
            // A body that cannot be decoded was never opened by a reader either.
            guard let entry = file.entry(id), case .object(let object)? = try? entry.version() else {
                continue
            }
            keys.insert(Pins.Key(path: path, dataDirectory: object.dataDirectory))
        }
        return keys
    }
}

extension Engine {
    /// - Parameter newestOnly: for a change that touches no version there is: older ones need not be known.
    func current(
        _ set: ErasureSet,
        _ path: ObjectPath,
        key: String,
        newestOnly: Bool = false
    ) async throws(EngineError) -> CurrentVersions {
        var answers = await set.versionAnswers(path, newestOnly ? .newest : .everything, everybody: true)
        if answers.contains(where: \.isExcerpt),
            !set.quorum.suffices(set.quorum.decide(answers, .newest), answers)
        {
            answers = await set.versionAnswers(path, everybody: true)
        }
        let versions = CurrentVersions(newest: nil, answers: answers)
        let newest = try version(.newest, in: versions, set, path, key: key)
        return CurrentVersions(newest: newest, answers: answers)
    }

    /// One of them, as the drives agree on it; `nil` where they agree that there is none.
    func version(
        _ wanted: VersionWanted,
        in current: CurrentVersions,
        _ set: ErasureSet,
        _ path: ObjectPath,
        key: String
    ) throws(EngineError) -> ObjectVersion? {
        switch set.quorum.decide(current.answers, wanted) {
        case .found(let header, let holders):
            return try version(header, current.answers[holders[0]], path, key: key)
        case .absent: return nil
        case .undecided(let available, let required):
            throw current.answers.damage ?? .writeQuorumLost(available: available, required: required)
        }
    }

    func version(
        _ header: XLVersionHeader,
        _ answer: VersionAnswer,
        _ path: ObjectPath,
        key: String
    ) throws(EngineError) -> ObjectVersion {
        guard case .file(let file) = answer, let entry = file.entry(of: header) else {
            preconditionFailure("a holder of a version does not have it")
        }
        return try ObjectVersion(entry, bucket: path.volume, key: key)
    }
}
