internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct GetObjectAcl: S3Operation {
    package static let route = Route(.get, .object, needs: .parameter("acl"))

    let target: VersionTarget

    package init(parsing request: S3Request) throws(S3Error) { target = try VersionTarget(parsing: request) }

    private var right: Right { target.right(.getObjectAcl, .getObjectVersionAcl) }

    package var rights: Rights { Rights(right) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let bucket = try context.bucket(target.object.bucket)
        let version = try await target.version(by: right, in: context)
        let rules = try bucket.rules
        var list = AccessControlPolicy(private: context.owner(rules.ownerID))
        if rules.ownership.hasLists, let stored = try version.storedACL { list = stored }
        return S3Response(
            xml: context.named(list).xml,
            headers: target.versionHeaders(version, in: bucket.settings)
        )
    }
}
