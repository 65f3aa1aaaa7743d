internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct HeadBucket: S3Operation {
    package static let route = Route(.head, .bucket)

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.listBucket, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        _ = try context.bucket(bucket)
        return S3Response(headers: [(S3Header.bucketRegion, context.region)])
    }
}
