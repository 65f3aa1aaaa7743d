internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct PutObjectTagging: S3Operation {
    package static let route = Route(.put, .object, needs: .parameter("tagging"))
    package static let conditionsAreInBody = true

    let target: VersionTarget
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        target = try VersionTarget(parsing: request)
        body = try BodyDeclaration(of: request)
    }

    private var right: Right { target.right(.putObjectTagging, .putObjectVersionTagging) }

    package var rights: Rights { Rights(right) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: Tagging.sizeMax)
        let tagging = try Tagging(parsing: document, of: .object)
        try await context.authorize(rights, values: tagging.conditionValues)
        let bucket = try context.bucket(target.object.bucket)
        let version = try await target.amend(by: right, values: tagging.conditionValues, in: context) {
            _,
            metadata in
            metadata.replace([UserMetadataKey.tagging], with: tagging.stored)
        }
        return S3Response(headers: target.versionHeaders(version, in: bucket.settings))
    }
}
