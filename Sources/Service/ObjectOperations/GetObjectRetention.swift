internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct GetObjectRetention: S3Operation {
    package static let route = Route(.get, .object, needs: .parameter("retention"))

    let target: VersionTarget

    package init(parsing request: S3Request) throws(S3Error) { target = try VersionTarget(parsing: request) }

    package var rights: Rights { Rights(target.right(.getObjectRetention)) }

    /// Also one that is over.
    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let bucket = try context.bucket(target.object.bucket)
        try bucket.settings.checkObjectLock()
        let state = ObjectLockState(of: try await target.version(in: bucket, on: context.engine))
        guard state.hasRetention else { throw S3Error(.noSuchObjectLockConfiguration) }
        return S3Response(xml: Retention.xml(mode: state.modeText, until: state.untilText))
    }
}
