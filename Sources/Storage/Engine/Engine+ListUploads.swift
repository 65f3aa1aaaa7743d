import Base
import Drives
import Topology
import XLMeta

extension Engine {
    /// Pending uploads in order of their keys, then of their ids.
    ///
    /// An upload begun by MinIO does not say its key; it is listed only where `prefix` is exactly that key.
    ///
    /// - Parameters:
    ///   - afterKey: only uploads of greater keys; of this very key those with an id greater than `afterID`, if given.
    ///   - limit: 0...1000 uploads and common prefixes.
    package func uploads(
        bucket: String,
        prefix: String,
        delimiter: String?,
        afterKey: String?,
        afterID: String?,
        limit: Int
    ) async throws(EngineError) -> UploadPage {
        let bucket = try self.bucket(bucket)
        var found: [Upload] = []
        for set in allSets { found += try await pendingUploads(on: set, bucket: bucket, prefix: prefix) }
        found.sort { left, right in
            let (leftKey, rightKey) = (left.key ?? "", right.key ?? "")
            return leftKey.utf8.elementsEqual(rightKey.utf8)
                ? left.id < right.id : leftKey.utf8.lexicographicallyPrecedes(rightKey.utf8)
        }
        return UploadPage(found, prefix, delimiter, afterKey, afterID, limit)
    }

    private func pendingUploads(
        on set: ErasureSet,
        bucket: Bucket,
        prefix: String
    ) async throws(EngineError) -> [Upload] {
        var uploads: [Upload] = []
        let foldersOfPrefix = UploadName.folderOfKey(bucket: bucket.name, name: prefix)
        var keys = MergedFolder(
            sets: [set],
            volume: ObjectPath.systemVolume,
            directory: "\(UploadName.root)/"
        )
        while let folder = try await keys.next() {
            var pending = MergedFolder(
                sets: [set],
                volume: ObjectPath.systemVolume,
                directory: "\(UploadName.root)/\(folder.key)"
            )
            while let entry = try await pending.next() {
                for (set, answers) in entry.copies {
                    guard case .found(let header, let holders) = set.quorum.decide(answers, .newest),
                        case .file(let file) = answers[holders[0]], let stored = file.entry(of: header),
                        case .object(let object)? = try? stored.version()
                    else { continue }
                    let place = object.internalMetadata?.text(InternalMetadataKey.pendingUploadKey)
                    let isOfPrefix = folder.key == foldersOfPrefix + "/"
                    guard let key = keyOfUpload(place, bucket: bucket.name) ?? (isOfPrefix ? prefix : nil),
                        key.utf8.starts(with: prefix.utf8),
                        let name = try? ObjectName(key: key),
                        let upload = UploadName(bucket: bucket.name, name: name.path, folder: entry.key),
                        !endedUploads.contains(upload.path)
                    else { continue }
                    let pending = PendingUpload(object: object, name: upload)
                    guard pending.belongs(to: bucket) else { continue }
                    uploads.append(Upload(pending, bucket.name, key, deploymentID: deploymentID))
                }
            }
        }
        return uploads
    }

    private func keyOfUpload(_ place: String?, bucket: String) -> String? {
        guard let place, place.utf8.starts(with: "\(bucket)/".utf8) else { return nil }
        return String(decoding: place.utf8.dropFirst(bucket.utf8.count + 1), as: UTF8.self)
    }
}

extension UploadPage {
    fileprivate init(
        _ sorted: [Upload],
        _ prefix: String,
        _ delimiter: String?,
        _ afterKey: String?,
        _ afterID: String?,
        _ limit: Int
    ) {
        var uploads: [Upload] = []
        var prefixes: [String] = []
        var isTruncated = false
        for upload in sorted where upload.comes(afterKey: afterKey, afterID: afterID) {
            let folded = upload.commonPrefix(prefix, delimiter)
            if let folded, prefixes.last == folded || afterKey == folded { continue }
            guard uploads.count + prefixes.count < limit else {
                isTruncated = limit > 0
                break
            }
            if let folded { prefixes.append(folded) } else { uploads.append(upload) }
        }
        self.init(uploads: uploads, commonPrefixes: prefixes, isTruncated: isTruncated)
    }
}

extension Upload {
    fileprivate func comes(afterKey: String?, afterID: String?) -> Bool {
        guard let afterKey, let key else { return true }
        if key.utf8.elementsEqual(afterKey.utf8) { return afterID.map { $0 < id } ?? false }
        return afterKey.utf8.lexicographicallyPrecedes(key.utf8)
    }

    fileprivate func commonPrefix(_ prefix: String, _ delimiter: String?) -> String? {
        guard let delimiter, !delimiter.isEmpty, let key else { return nil }
        let rest = String(decoding: key.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        guard let range = rest.firstRange(of: delimiter) else { return nil }
        return prefix + rest[..<range.upperBound]
    }
}
