internal import HTTP
package import IAM
internal import S3API
internal import Zip

/// `GET export-bucket-metadata?bucket=…`: the settings of one bucket, or of all, as a zip archive that MinIO reads as
/// well.
package struct ExportBucketMetadata: AdminOperation {
    package static let route = AdminRoute(.get, "export-bucket-metadata")

    private let bucket: String?

    package init(parsing call: AdminCall) throws(AdminError) { bucket = call.optionalParameter("bucket") }

    package var rights: Rights { Rights(Right(.exportBucketMetadata)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let settings = context.services.buckets
        var names = settings.bucketNames()
        if let bucket {
            guard names.contains(bucket) else { throw AdminError(from: S3Error(.noSuchBucket)) }
            names = [bucket]
        }
        guard names.count * settings.rows.count <= ZipWriter.entriesMax else {
            throw AdminError(.invalidRequest, "There are too many buckets for one archive: name one.")
        }
        var writer = ZipWriter()
        for name in names {
            for row in settings.rows {
                guard let text = try await read(row, of: name) else { continue }
                writer.add("\(name)/\(row.fileName)", text)
            }
        }
        return AdminResponse(headers: [("Content-Type", "application/zip")], body: writer.finish())
    }

    private func read(_ row: BucketMetadataRow, of name: String) async throws(AdminError) -> [UInt8]? {
        do throws(S3Error) {
            return try await row.read(name)
        } catch {
            // Removed since the buckets were listed.
            if error.code == .noSuchBucket, bucket == nil { return nil }
            throw AdminError(from: error)
        }
    }
}
