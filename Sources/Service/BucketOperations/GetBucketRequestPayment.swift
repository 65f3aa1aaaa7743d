internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct GetBucketRequestPayment: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("requestPayment"))

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.getBucketRequestPayment, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let stored = try context.bucket(bucket).document(.own(.requestPayment))
        return S3Response(xml: stored?.bytes ?? RequestPaymentConfiguration(.bucketOwner).xml)
    }
}
