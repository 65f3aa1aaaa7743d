internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct DeleteObjectTagging: S3Operation {
    package static let route = Route(.delete, .object, needs: .parameter("tagging"))

    let target: VersionTarget

    package init(parsing request: S3Request) throws(S3Error) { target = try VersionTarget(parsing: request) }

    private var right: Right { target.right(.deleteObjectTagging, .deleteObjectVersionTagging) }

    package var rights: Rights { Rights(right) }

    /// Without tags there is nothing to take away, which is a success.
    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let bucket = try context.bucket(target.object.bucket)
        let version = try await target.amend(by: right, in: context) { _, metadata in
            metadata.replace([UserMetadataKey.tagging], with: [])
        }
        return S3Response(status: 204, headers: target.versionHeaders(version, in: bucket.settings))
    }
}
