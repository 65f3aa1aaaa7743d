internal import JSON
internal import S3API
internal import Zip

/// Takes an archive of buckets' settings in, file by file. A file that cannot be kept is told in the report, never
/// dropped unseen; the others are kept all the same, as in MinIO.
struct BucketImport {
    private static let filesMax = 10_000
    private static let notImplemented = "not implemented"

    private let archive: ZipArchive
    private let settings: any BucketMetadataStore
    private var report = BucketImportReport()

    init(_ bytes: [UInt8], into settings: any BucketMetadataStore) throws(AdminError) {
        do throws(ZipError) {
            archive = try ZipArchive(parsing: bytes, entriesMax: Self.filesMax)
        } catch {
            throw AdminError(.invalidRequest, "The archive cannot be read: \(error)")
        }
        self.settings = settings
    }

    /// - Parameter wanted: the only bucket to take in; `nil` for all.
    consuming func run(only wanted: String?) async throws(AdminError) -> BucketImportReport {
        let (order, files) = try filesByBucket()
        var existing = Set(settings.bucketNames())
        for bucket in order where wanted == nil || wanted == bucket {
            let files = files[bucket] ?? []
            do throws(S3Error) {
                if !existing.contains(bucket) { try await makeBucket(bucket, for: files) }
                existing.insert(bucket)
            } catch {
                report.fail(bucket, error.message)
                continue
            }
            // Object lock is refused without it, and archives of MinIO have it later.
            let (versioning, others) = (files.filter(\.isVersioning), files.filter { !$0.isVersioning })
            for file in versioning + others { await take(file, into: bucket) }
        }
        return report
    }

    private struct File {
        let name: String
        let entry: ZipArchive.Entry

        var isVersioning: Bool { name == BucketFile.versioning.rawValue }
    }

    private mutating func filesByBucket() throws(AdminError) -> ([String], [String: [File]]) {
        var order: [String] = []
        var files: [String: [File]] = [:]
        var seen: Set<String> = []
        for entry in archive.entries {
            guard seen.insert(entry.name).inserted else {
                throw AdminError(.invalidRequest, "The archive has two files '\(entry.name)'.")
            }
            let parts = entry.name.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                report.fail(entry.name, "The file's name is not BUCKET/SETTING.")
                continue
            }
            if files[parts[0]] == nil { order.append(parts[0]) }
            files[parts[0], default: []].append(File(name: parts[1], entry: entry))
        }
        return (order, files)
    }

    private func row(_ file: File) -> BucketMetadataRow? { settings.rows.first { $0.fileName == file.name } }

    /// A bucket that was locked cannot be made without its lock: what is put into it would not be safe from deletion.
    private func makeBucket(_ bucket: String, for files: [File]) async throws(S3Error) {
        guard !files.contains(where: { $0.name == BucketFile.objectLock.rawValue && row($0) == nil }) else {
            throw S3Error(.notImplemented, "The bucket is not there, and object lock is not implemented.")
        }
        guard files.contains(where: { row($0) != nil }) else {
            throw S3Error(.noSuchBucket, "The bucket is not there, and nothing in the archive can be kept.")
        }
        try await settings.makeBucket(bucket)
    }

    private mutating func take(_ file: File, into bucket: String) async {
        guard let row = row(file) else {
            report.add(file.name, of: bucket, error: Self.notImplemented)
            return
        }
        let text: [UInt8]
        do throws(ZipError) {
            text = try archive.content(of: file.entry, sizeMax: row.sizeMax)
        } catch {
            report.add(file.name, of: bucket, error: "\(error)")
            return
        }
        do throws(S3Error) {
            try await row.write(text, bucket)
            report.add(file.name, of: bucket, error: nil)
        } catch {
            report.add(file.name, of: bucket, error: error.message)
        }
    }
}

/// What became of each bucket's settings.
struct BucketImportReport {
    private struct Status {
        /// By ``BucketFile/reportKey``; an empty text is a success.
        var files: [String: String] = [:]
        /// Of the bucket, or of files that have no place in the report.
        var errors: [String] = []
    }

    private var buckets: [String: Status] = [:]

    mutating func fail(_ bucket: String, _ error: String) {
        buckets[bucket, default: Status()].errors.append(error)
    }

    mutating func add(_ file: String, of bucket: String, error: String?) {
        if let key = BucketFile(rawValue: file)?.reportKey {
            buckets[bucket, default: Status()].files[key] = error ?? ""
        } else if let error {
            fail(bucket, "\(file): \(error)")
        }
    }

    var json: JSONValue {
        var object = JSONObject()
        for (name, status) in buckets.sorted(by: { $0.key < $1.key }) { object[name] = Self.json(status) }
        return ["buckets": .object(object)]
    }

    private static func json(_ status: Status) -> JSONValue {
        var object = JSONObject()
        for key in BucketFile.reportKeys {
            var entry = JSONObject()
            entry.set("isSet", .boolean(status.files[key] != nil))
            entry.set("error", status.files[key].flatMap { $0.isEmpty ? nil : .string($0) })
            object[key] = .object(entry)
        }
        object.set("error", status.errors.isEmpty ? nil : .string(status.errors.joined(separator: "; ")))
        return .object(object)
    }
}
