internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct GetBucketTagging: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("tagging"))

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.getBucketTagging, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let bucket = try context.bucket(bucket)
        guard let text = try bucket.document(.shared(.tagging)) else {
            throw S3Error(.noSuchTagSet, bucket: bucket.name)
        }
        do throws(S3Error) {
            return S3Response(xml: try Tagging(parsing: text.bytes, of: .bucket).xml)
        } catch {
            throw S3Error(.internalError, "The stored tags of the bucket cannot be read.")
        }
    }
}
