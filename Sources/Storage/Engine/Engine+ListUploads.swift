import Base
import Drives
import Topology
import XLMeta

extension Engine {
    /// Pending uploads in order of their keys; those of one key in the order in which they were begun.
    ///
    /// An upload begun by MinIO does not say its key; it is listed only where `prefix` is exactly that key.
    ///
    /// - Parameters:
    ///   - afterKey: only uploads of greater keys; of this very key those that follow the one with the id `afterID`, if
    ///     given, be that one gone.
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
            return leftKey.isSame(as: rightKey)
                ? (left.initiated, left.id) < (right.initiated, right.id) : rightKey.isAfter(leftKey)
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
        let marker = afterKey.map { key in
            UploadMarker(key: key, id: afterID, initiated: sorted.first { $0.id == afterID }?.initiated)
        }
        for upload in sorted where marker?.isBefore(upload) ?? true {
            let folded = upload.key?.commonPrefix(behind: prefix, delimiter: delimiter)
            if let folded, prefixes.last?.isSame(as: folded) ?? false || afterKey?.isSame(as: folded) ?? false
            {
                continue
            }
            guard uploads.count + prefixes.count < limit else {
                isTruncated = limit > 0
                break
            }
            if let folded { prefixes.append(folded) } else { uploads.append(upload) }
        }
        self.init(uploads: uploads, commonPrefixes: prefixes, isTruncated: isTruncated)
    }
}

/// Where a page of uploads has ended.
private struct UploadMarker {
    let key: String
    let id: String?
    /// When the upload with the id was begun, which its id says too.
    let initiated: Timestamp?

    init(key: String, id: String?, initiated: Timestamp?) {
        (self.key, self.id) = (key, id)
        self.initiated = initiated ?? id.flatMap { UploadName.initiated(ofUpload: $0) }
    }

    func isBefore(_ upload: Upload) -> Bool {
        guard let uploadKey = upload.key else { return true }
        guard uploadKey.isSame(as: key) else { return uploadKey.isAfter(key) }
        guard let id else { return false }
        return (initiated ?? upload.initiated, id) < (upload.initiated, upload.id)
    }
}
