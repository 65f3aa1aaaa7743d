internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct GetObjectTagging: S3Operation {
    package static let route = Route(.get, .object, needs: .parameter("tagging"))

    let target: VersionTarget

    package init(parsing request: S3Request) throws(S3Error) { target = try VersionTarget(parsing: request) }

    private var right: Right { target.right(.getObjectTagging, .getObjectVersionTagging) }

    package var rights: Rights { Rights(right) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let bucket = try context.bucket(target.object.bucket)
        let version = try await target.version(by: right, in: context)
        guard let tagging = Tagging(encoded: version.metadata(UserMetadataKey.tagging) ?? "") else {
            throw S3Error(.internalError, "The stored tags are malformed.")
        }
        return S3Response(
            xml: tagging.sorted.xml,
            headers: target.versionHeaders(version, in: bucket.settings)
        )
    }
}
