package import Base

extension XLMetaFile {
    /// The versions that at least `quorum` of the files have, newest first.
    ///
    /// `nil` stands for a drive that has no file or did not answer. The files are walked together,
    /// newest entries first:
    ///
    ///     drive 0   C B A        C: on one drive, passed over
    ///     drive 1     B A        B, A: accepted with quorum 2
    ///     drive 2     B'         B': B with other metadata, counted for B
    ///
    /// One version id comes out at most once.
    package static func merge(_ files: [XLMetaFile?], quorum: Int) -> [XLMergedVersion] {
        precondition(quorum > 0)
        let indices = files.map { HeaderIndex($0) }
        var rests = files.map { ($0?.entries ?? []).map(\.header)[...] }
        var merged: [XLMergedVersion] = []
        var seen: Set<UUID> = []
        while rests.count(where: { !$0.isEmpty }) >= quorum {
            let tops = rests.compactMap(\.first)
            guard let newest = tops.min(by: { $0.isSorted(before: $1) }) else { break }
            let (chosen, count) = choose(among: tops, of: newest)
            if count >= quorum, seen.insert(chosen.versionID).inserted {
                merged.append(
                    XLMergedVersion(
                        header: chosen,
                        driveIndices: indices.indices.filter { indices[$0].holds(chosen) }
                    )
                )
            }
            for index in rests.indices {
                rests[index] = rests[index].drop { header in
                    header.modificationTime > newest.modificationTime || header == newest
                        || header.versionID == newest.versionID || seen.contains(header.versionID)
                }
            }
        }
        return merged
    }

    /// The positions of the files that hold the version of `header`, whatever its metadata there.
    package static func holders(of header: XLVersionHeader, in files: [XLMetaFile?]) -> [Int] {
        files.indices.filter { index in
            files[index]?.entries.contains { $0.header.describesSameVersion(as: header) } ?? false
        }
    }

    /// Every form in which a version id is on the drives, newest first, with the drives that hold it:
    /// what there is to choose from when a write reached only some of them. Two forms differ as in
    /// ``XLVersionHeader/describesSameVersion(as:)``; of one form the header that sorts first is given.
    package static func forms(of versionID: UUID, in files: [XLMetaFile?]) -> [XLMergedVersion] {
        let headers = files.compactMap { file in
            file?.entries.first { $0.header.versionID == versionID }?.header
        }
        var forms: [XLMergedVersion] = []
        for header in headers.sorted(by: { $0.isSorted(before: $1) })
        where !forms.contains(where: { $0.header.describesSameVersion(as: header) }) {
            forms.append(XLMergedVersion(header: header, driveIndices: holders(of: header, in: files)))
        }
        return forms
    }

    /// Of the newest version's id there may be several forms on top: the one that most drives share
    /// wins, then the one that sorts first. Within it, the most frequent header, then the same rule.
    private static func choose(
        among tops: [XLVersionHeader],
        of newest: XLVersionHeader
    ) -> (header: XLVersionHeader, count: Int) {
        var best = (header: newest, count: 0, sameCount: 0)
        for candidate in tops where candidate.versionID == newest.versionID {
            let count = tops.count { $0.describesSameVersion(as: candidate) }
            let sameCount = tops.count { $0 == candidate }
            if (count, sameCount) > (best.count, best.sameCount)
                || (count, sameCount) == (best.count, best.sameCount)
                    && candidate.isSorted(before: best.header)
            {
                best = (candidate, count, sameCount)
            }
        }
        return (best.header, best.count)
    }
}

/// Finds the header of a version id in one file without a walk for every one of many versions.
private struct HeaderIndex {
    private let entries: [XLMetaFile.Entry]
    private let headers: [UUID: XLVersionHeader]
    private static let scannedCountMax = 16

    init(_ file: XLMetaFile?) {
        entries = file?.entries ?? []
        guard entries.count > Self.scannedCountMax else {
            headers = [:]
            return
        }
        headers = Dictionary(entries.map { ($0.header.versionID, $0.header) }) { first, _ in first }
    }

    func holds(_ header: XLVersionHeader) -> Bool {
        guard headers.isEmpty else {
            return headers[header.versionID]?.describesSameVersion(as: header) ?? false
        }
        return entries.contains { $0.header.describesSameVersion(as: header) }
    }
}
