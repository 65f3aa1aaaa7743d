internal import HTTP
package import IAM

/// `PUT import-bucket-metadata?bucket=…`: takes an archive of ``ExportBucketMetadata``, or of MinIO's, in: of one bucket,
/// or of all. Buckets that are not there are made. The answer tells what became of each file.
package struct ImportBucketMetadata: AdminOperation {
    package static let route = AdminRoute(.put, "import-bucket-metadata")

    private static let archiveSizeMax = 16 << 20

    private let bucket: String?

    package init(parsing call: AdminCall) throws(AdminError) { bucket = call.optionalParameter("bucket") }

    package var rights: Rights { Rights(Right(.importBucketMetadata)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let archive = try await context.plainBody(sizeMax: Self.archiveSizeMax)
        let report = try await BucketImport(archive, into: context.services.buckets).run(only: bucket)
        return AdminResponse(json: report.json)
    }
}
