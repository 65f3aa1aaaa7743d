internal import Engine
internal import HTTP
package import IAM
internal import Policy
package import S3API
package import S3Service

/// Whether the bucket's policy or its access control list makes it public. One with neither is not, as MinIO answers.
package struct GetBucketPolicyStatus: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("policyStatus"))

    let bucket: String

    package init(parsing request: S3Request) throws(S3Error) { bucket = request.requiredBucket }

    package var rights: Rights { Rights(Right(.getBucketPolicyStatus, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let bucket = try context.bucket(bucket)
        if !bucket.settings.areUnknown, try bucket.rules.isPublicByACL {
            return S3Response(xml: PolicyStatus(isPublic: true).xml)
        }
        guard bucket.policy != nil || bucket.settings.areUnknown else {
            return S3Response(xml: PolicyStatus(isPublic: false).xml)
        }
        let policy = try bucket.storedPolicy
        let isPublic: Bool
        do throws(PolicyError) {
            isPublic = try PolicyDocument(parsing: policy.bytes, as: .bucket(bucket.name), from: .stored)
                .isPublic
        } catch {
            throw S3Error(.internalError, "The stored policy cannot be read: \(error)")
        }
        return S3Response(xml: PolicyStatus(isPublic: isPublic).xml)
    }
}
