internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct GetBucketPolicy: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("policy"))

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.getBucketPolicy, on: .bucket(bucket))) }

    /// The text as it was put, also one that cannot be read as a policy any more: whoever is to mend it has to see it.
    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let policy = try context.bucket(bucket).storedPolicy
        return S3Response(headers: [("Content-Type", "application/json")], body: .bytes(policy.bytes))
    }
}

extension Bucket {
    /// - Throws: ``S3Error/Code-swift.enum/noSuchBucketPolicy``; InternalError where nobody knows whether there is one.
    var storedPolicy: BucketText {
        get throws(S3Error) {
            guard let policy = try document(.policy) else { throw S3Error(.noSuchBucketPolicy, bucket: name) }
            return policy
        }
    }
}
