internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct DeleteBucket: S3Operation {
    package static let route = Route(.delete, .bucket)

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        if request.header(S3Header.minioForceDelete)?.lowercased() == "true" {
            throw UnbuiltFeatures.notImplemented(
                "Deleting a bucket with its objects",
                header: S3Header.minioForceDelete
            )
        }
    }

    package var rights: Rights { Rights(Right(.deleteBucket, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let settings = try context.bucket(bucket).settings
        do throws(EngineError) {
            try await context.engine.removeBucket(bucket)
        } catch {
            guard error == .bucketNotEmpty, settings.versioning != .off else { throw S3Error(from: error) }
            // What is left may be nothing that a listing shows.
            throw S3Error(
                .bucketNotEmpty,
                "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
            )
        }
        return S3Response(status: 204)
    }
}
