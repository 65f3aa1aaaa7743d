internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct GetBucketLogging: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("logging"))

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.getBucketLogging, on: .bucket(bucket))) }

    /// Empty where nothing is logged.
    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let bucket = try context.bucket(bucket)
        let stored = try bucket.document(.own(.logging)).map { text throws(S3Error) in
            try StoredBucketLogging(parsing: text.bytes)
        }
        return S3Response(xml: BucketLoggingStatus(stored?.target).xml)
    }
}
