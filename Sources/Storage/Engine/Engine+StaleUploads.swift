package import Base
import Drives
import Locks
import XLMeta

extension Engine {
    /// Ends the uploads that were begun before `limit` and never completed, whoever began them. An upload that
    /// cannot be ended now is met again by the next call.
    ///
    /// - Returns: how many were ended.
    /// - Throws: ``EngineError/readQuorumLost(available:required:)`` when too few drives answer to know them.
    package func removeStaleUploads(begunBefore limit: Timestamp) async throws(EngineError) -> Int {
        var count = 0
        for set in allSets {
            var keys = MergedFolder(
                sets: [set],
                volume: ObjectPath.systemVolume,
                directory: "\(UploadName.root)/"
            )
            while let folder = try await keys.next() {
                guard folder.key.utf8.last == UInt8(ascii: "/") else { continue }
                var uploads = MergedFolder(
                    sets: [set],
                    volume: ObjectPath.systemVolume,
                    directory: "\(UploadName.root)/\(folder.key)"
                )
                while let entry = try await uploads.next() {
                    guard let begun = UploadName.initiated(ofFolder: entry.key), begun < limit else {
                        continue
                    }
                    let name = UploadName(folderOfKey: String(folder.key.dropLast()), folder: entry.key)
                    if let name, await removeStale(name, on: set) { count += 1 }
                }
            }
        }
        return count
    }

    /// - Returns: whether it was there and is gone.
    private func removeStale(_ name: UploadName, on set: ErasureSet) async -> Bool {
        let uploadID = name.uploadID(deploymentID: deploymentID)
        let lease = await locks.acquire(.upload(uploadID), .exclusive)
        defer { lease.release() }
        let answers = await set.versionAnswers(name.path)
        guard case .found(let header, let holders) = set.quorum.decide(answers, .newest),
            case .file(let file) = answers[holders[0]], let entry = file.entry(of: header),
            case .object(let object)? = try? entry.version()
        else { return false }
        do throws(EngineError) {
            try await end(PendingUpload(object: object, name: name), on: set)
            return true
        } catch {
            reportDamage(name.path, set.slots[holders[0]], "a stale upload could not be ended: \(error)")
            return false
        }
    }
}
