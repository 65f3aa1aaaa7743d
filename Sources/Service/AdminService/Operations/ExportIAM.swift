internal import HTTP
package import IAM
internal import JSON
internal import Zip

/// `GET export-iam`: users, groups, policies, mappings and service accounts with their secret keys, as a zip archive.
package struct ExportIAM: AdminOperation {
    package static let route = AdminRoute(.get, "export-iam")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.exportIAM)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let export = try await translating { () throws(IAMError) in try context.iam.exportAll() }
        var writer = ZipWriter()
        for file in export.files { writer.add(file.path, JSONValue.object(file.content).encoded) }
        return AdminResponse(headers: [("Content-Type", "application/zip")], body: writer.finish())
    }
}
