internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct GetBucketAcl: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("acl"))

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.getBucketAcl, on: .bucket(bucket))) }

    /// Where lists are off it is the owner's alone, whatever is stored.
    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let rules = try context.bucket(bucket).rules
        let list = rules.activeACL ?? AccessControlPolicy(private: context.owner(rules.ownerID))
        return S3Response(xml: context.named(list).xml)
    }
}
