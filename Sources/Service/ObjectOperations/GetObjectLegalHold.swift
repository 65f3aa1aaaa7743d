internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct GetObjectLegalHold: S3Operation {
    package static let route = Route(.get, .object, needs: .parameter("legal-hold"))

    let target: VersionTarget

    package init(parsing request: S3Request) throws(S3Error) { target = try VersionTarget(parsing: request) }

    package var rights: Rights { Rights(target.right(.getObjectLegalHold)) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let bucket = try context.bucket(target.object.bucket)
        try bucket.settings.checkObjectLock()
        let state = ObjectLockState(of: try await target.version(in: bucket, on: context.engine))
        guard let hold = state.legalHold else { throw S3Error(.noSuchObjectLockConfiguration) }
        return S3Response(xml: hold.xml)
    }
}
