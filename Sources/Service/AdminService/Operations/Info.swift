internal import Base
internal import HTTP
package import IAM
internal import JSON

/// `GET info`: the server, its drives, and how much is stored.
package struct Info: AdminOperation {
    package static let route = AdminRoute(.get, "info")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.serverInfo)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let overview = await context.services.facts.overview()
        let usage = await context.services.facts.usage()
        let bucketCount = context.services.facts.buckets().count
        let total = usage?.total
        var object = JSONObject()
        object.set("mode", "online")
        object.set("domain", overview.domains.isEmpty ? nil : .texts(overview.domains))
        object.set("region", .string(overview.region))
        object.set("deploymentID", .string("\(overview.deploymentID)"))
        object.set("buckets", ["count": .integer(bucketCount)])
        object.set("objects", Self.count(total?.objectCount))
        object.set("versions", Self.count(total?.versionCount))
        object.set("deletemarkers", Self.count(total?.deleteMarkerCount))
        object.set(
            "usage",
            total.map { ["size": .integer($0.size)] } ?? ["size": 0, "error": .string(Self.notCounted)]
        )
        object.set("services", ["kms": ["status": "disabled"], "ldap": ["status": "disabled"]])
        object.set("backend", overview.erasureJSON)
        object.set("servers", [overview.serverJSON])
        object.set("pools", overview.poolsJSON)
        return AdminResponse(json: .object(object))
    }

    private static let notCounted = "What is stored has not been counted yet."

    private static func count(_ count: UInt64?) -> JSONValue {
        count.map { ["count": .integer($0)] } ?? ["count": 0, "error": .string(notCounted)]
    }
}
