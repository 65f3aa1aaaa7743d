internal import HTTP
package import IAM
internal import JSON

/// `GET storageinfo`: every drive, and how they are grouped.
package struct StorageInfo: AdminOperation {
    package static let route = AdminRoute(.get, "storageinfo")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.storageInfo)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let overview = await context.services.facts.overview()
        return AdminResponse(json: ["Disks": overview.drivesJSON, "Backend": overview.backendJSON])
    }
}
