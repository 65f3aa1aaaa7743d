internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct PutObjectLegalHold: S3Operation {
    package static let route = Route(.put, .object, needs: .parameter("legal-hold"))
    package static let conditionsAreInBody = true

    let target: VersionTarget
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        target = try VersionTarget(parsing: request)
        body = try BodyDeclaration(of: request)
        try body.requireProtection()
    }

    package var rights: Rights { Rights(target.right(.putObjectLegalHold)) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: LegalHold.sizeMax)
        let hold = try LegalHold(parsing: document)
        try await context.authorize(rights, values: ["s3:object-lock-legal-hold": [hold.rawValue]])
        let bucket = try context.bucket(target.object.bucket)
        try bucket.settings.checkObjectLock()
        let engine = context.engine
        _ = try await target.amend(in: bucket, on: engine) { metadata, _ in
            metadata.replace(
                [UserMetadataKey.objectLockLegalHold],
                with: [(UserMetadataKey.objectLockLegalHold, hold.rawValue)]
            )
            metadata.setTime(InternalMetadataKey.legalHoldTimestamp, to: engine.now)
        }
        return S3Response()
    }
}
