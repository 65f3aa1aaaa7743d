import Base
import Drives
import XLMeta

/// What one drive says about an object.
enum VersionAnswer {
    case file(XLMetaFile)
    /// The drive answers, and there is no such object on it.
    case absent
    /// The drive answers, and what it has cannot be read, now or later: no evidence of any version.
    case unreadable(XLMetaError)
    /// No answer: no evidence of anything.
    case unknown
}

extension VersionAnswer {
    /// Whether it is no evidence of other versions than those that it names.
    var isExcerpt: Bool {
        switch self {
        case .file(let file): file.isExcerpt
        case .absent, .unreadable, .unknown: false
        }
    }
}

extension [VersionAnswer] {
    /// Why nothing can be known of an object although every drive has answered; `nil` if one has not.
    var damage: EngineError? {
        var error: XLMetaError?
        for answer in self {
            switch answer {
            case .file, .absent: continue
            case .unreadable(let reason): error = error ?? reason
            case .unknown: return nil
            }
        }
        return error.map { EngineError($0) }
    }
}

/// Which version is looked for.
enum VersionWanted: Sendable, Hashable {
    case newest
    /// ``UUID/zero`` for the null version.
    case id(UUID)
}

/// What the drives of a set agree on.
enum VersionDecision {
    /// `holders` are the positions whose file has the version, those first that agree with the most others.
    case found(header: XLVersionHeader, holders: [Int])
    case absent
    /// Those who did not answer could change the outcome.
    case undecided(available: Int, required: Int)
}

/// Decides which version is the one that was asked for.
///
/// With N drives, and k the number of drives that a version needs to be read (data shards; half of the set for
/// a delete marker), for each version from the newest down:
///
///     holders ≥ k                 it exists; an acknowledged version has more holders than that
///     holders + unknown ≥ k       undecided: those who do not answer may have it
///     otherwise                   more than N - k drives say that they lack it: it never reached its quorum,
///                                 or was deleted, and the next older one is looked at
///
/// Nothing found means absent only if so many drives say so that no write quorum of the others is left.
struct VersionQuorum {
    let driveCount: Int
    /// Drives that a new object with the set's own parity has to be written to.
    let writeQuorum: Int

    func decide(_ answers: [VersionAnswer], _ wanted: VersionWanted) -> VersionDecision {
        var unknownCount = 0
        var files: [(position: Int, file: XLMetaFile)] = []
        for (position, answer) in answers.enumerated() {
            switch answer {
            case .file(let file): files.append((position, file))
            case .absent: break
            case .unknown, .unreadable: unknownCount += 1
            }
        }
        for (header, _) in candidates(files.map(\.file), wanted) {
            // Each is looked at only when all newer ones were found wanting, which is rare.
            let holders = files.filter { $0.file.holds(header) }
            let required = holdersRequired(for: header)
            if holders.count >= required {
                return .found(header: header, holders: Self.byAgreement(holders, on: header))
            }
            if holders.count + unknownCount >= required {
                return .undecided(available: holders.count, required: required)
            }
        }
        let lackingCount = driveCount - unknownCount
        let lackingRequired = driveCount - writeQuorum + 1
        return lackingCount >= lackingRequired
            ? .absent : .undecided(available: lackingCount, required: lackingRequired)
    }

    /// Every version that exists, newest first.
    ///
    /// - Returns: `nil` where those who do not answer could change the outcome.
    func decideAll(_ answers: [VersionAnswer]) -> [(header: XLVersionHeader, holders: [Int])]? {
        let unknownCount = answers.count { answer in
            switch answer {
            case .unknown, .unreadable: true
            case .file, .absent: false
            }
        }
        let files = answers.enumerated().compactMap {
            position,
            answer -> (position: Int, file: XLMetaFile)? in
            if case .file(let file) = answer { (position, file) } else { nil }
        }
        var found: [(header: XLVersionHeader, holders: [Int])] = []
        for candidate in candidates(files.map(\.file), .newest) {
            let header = candidate.header
            let required = holdersRequired(for: header)
            var holders = candidate.holders.map { files[$0] }
            if holders.count < required {
                // Rare: a version that some drives have elsewhere in their order, or lack.
                holders = files.filter { $0.file.holds(header) }
                if found.contains(where: { $0.header.isSameWrite(as: header) }) { continue }
            }
            if holders.count >= required {
                found.append((header, Self.byAgreement(holders, on: header)))
            } else if holders.count + unknownCount >= required {
                return nil
            }
        }
        let lackingCount = driveCount - unknownCount
        return found.isEmpty && lackingCount < driveCount - writeQuorum + 1 ? nil : found
    }

    /// The positions of the holders, those first whose copies agree with the most others.
    ///
    /// Two writes of the null version bear the same time if the clock stood still or went back, and a drive missed
    /// the removal in between. Only their signatures tell them apart then.
    private static func byAgreement(
        _ holders: [(position: Int, file: XLMetaFile)],
        on header: XLVersionHeader
    ) -> [Int] {
        let signatures = holders.map { $0.file.entry(of: header)?.header.signature ?? 0 }
        guard signatures.contains(where: { $0 != signatures[0] }) else { return holders.map(\.position) }
        let votes = signatures.map { signature in signatures.count { $0 == signature } }
        let order = holders.indices.sorted { left, right in
            (votes[right], signatures[left], left) < (votes[left], signatures[right], right)
        }
        return order.map { holders[$0].position }
    }

    func holdersRequired(for header: XLVersionHeader) -> Int {
        let dataShards = Int(header.dataShardCount)
        return header.kind == .object && dataShards > 0 ? dataShards : driveCount - driveCount / 2
    }

    /// Whether more answers could not change the outcome: absence, or a version on whose every byte enough agree.
    func isAgreed(_ decision: VersionDecision, _ answers: [VersionAnswer]) -> Bool {
        switch decision {
        case .absent: return true
        case .undecided: return false
        case .found(let header, let holders):
            let signatures = holders.compactMap { position -> UInt32? in
                guard case .file(let file) = answers[position] else { return nil }
                return file.entry(of: header)?.header.signature
            }
            return signatures.count { $0 == signatures[0] } >= holdersRequired(for: header)
        }
    }

    /// Whether more could not change the outcome, neither more answers nor more of the files. Excerpts decide only where
    /// enough of them agree on the first version that any of them names: what comes behind it in one of them is not known.
    func suffices(_ decision: VersionDecision, _ answers: [VersionAnswer]) -> Bool {
        guard isAgreed(decision, answers) else { return false }
        guard answers.contains(where: \.isExcerpt) else { return true }
        return isSettled(answers.compactMap { if case .file(let file) = $0 { file } else { nil } })
    }

    /// Whether so many drives agree on the newest version that no other answer can matter.
    func isSettled(_ files: [XLMetaFile]) -> Bool {
        guard let newest = candidates(files, .newest).first(where: { _ in true })?.header else {
            return false
        }
        return files.count { $0.latest?.header.isSameWrite(as: newest) == true }
            >= holdersRequired(for: newest)
    }

    /// Newest first, each write once, with the indices of files that have it next; lazily, as nearly always the first
    /// one decides.
    private func candidates(
        _ files: [XLMetaFile],
        _ wanted: VersionWanted
    ) -> some Sequence<(header: XLVersionHeader, holders: [Int])> {
        var rests = files.map { $0.entries[...] }
        return AnyIterator {
            for index in rests.indices {
                rests[index] = rests[index].drop { $0.header.isFreeVersion || !wanted.matches($0.header) }
            }
            let newest = rests.compactMap(\.first?.header).min { $0.isSorted(before: $1) }
            guard let newest else { return nil }
            let holders = rests.indices.filter { rests[$0].first?.header.isSameWrite(as: newest) == true }
            for index in holders { rests[index].removeFirst() }
            return (newest, holders)
        }
    }
}

extension VersionWanted {
    fileprivate func matches(_ header: XLVersionHeader) -> Bool {
        switch self {
        case .newest: true
        case .id(let id): header.versionID == id
        }
    }
}

extension XLVersionHeader {
    /// The same version from the same write; a metadata update without a new time may have missed one drive.
    func isSameWrite(as other: Self) -> Bool {
        modificationTime == other.modificationTime && describesSameVersion(as: other)
    }
}

extension XLMetaFile {
    func holds(_ header: XLVersionHeader) -> Bool {
        entries.contains { $0.header.isSameWrite(as: header) }
    }

    func entry(of header: XLVersionHeader) -> Entry? {
        entries.first { $0.header.isSameWrite(as: header) }
    }
}
