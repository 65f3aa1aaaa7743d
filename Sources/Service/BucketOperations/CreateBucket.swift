internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct CreateBucket: S3Operation {
    package static let route = Route(.put, .bucket)

    let bucket: String
    let body: BodyDeclaration
    let hasObjectLock: Bool

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        guard BucketName.isCreatable(bucket) else { throw S3Error(.invalidBucketName, bucket: bucket) }
        try Self.refuseUnbuilt(request)
        hasObjectLock = request.header(S3Header.objectLockEnabled)?.lowercased() == "true"
        body = try BodyDeclaration(of: request, sizeWithoutLength: 0)
    }

    package var rights: Rights {
        let resource = S3Resource.bucket(bucket)
        let settings = [
            Right(.putBucketObjectLockConfiguration, on: resource), Right(.putBucketVersioning, on: resource),
        ]
        return Rights(Right(.createBucket, on: resource), others: hasObjectLock ? settings : [])
    }

    /// Locked versions are kept, so there have to be versions.
    private var documents: [BucketDocument: [UInt8]] {
        guard hasObjectLock else { return [:] }
        return [
            .shared(.objectLock): withoutDeclaration(ObjectLockConfiguration().xml),
            .shared(.versioning): withoutDeclaration(VersioningConfiguration(.enabled).xml),
        ]
    }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: CreateBucketConfiguration.sizeMax)
        let configuration = try CreateBucketConfiguration(parsing: document)
        // The head was allowed for the only region that buckets can be in; here is what the body says.
        let location = configuration.locationConstraint.map { [$0] } ?? []
        guard await context.access.isAllowed(rights, values: ["s3:locationconstraint": location]) else {
            throw S3Error(.accessDenied)
        }
        if let location = configuration.locationConstraint, location != context.region {
            throw S3Error(
                .illegalLocationConstraint,
                "The \(location) location constraint is incompatible for the region specific endpoint this request was sent to.",
                bucket: bucket
            )
        }
        do throws(EngineError) {
            try await context.engine.makeBucket(bucket, with: documents)
        } catch {
            guard error == .bucketAlreadyExists, context.access.identity.signed?.account != .server else {
                throw S3Error(from: error)
            }
            throw S3Error(.bucketAlreadyExists, bucket: bucket)
        }
        return S3Response(headers: [("Location", "/\(bucket)")])
    }

    private static func refuseUnbuilt(_ request: S3Request) throws(S3Error) {
        if let acl = request.header(S3Header.acl), !acl.isEmpty, acl != "private" {
            throw UnbuiltFeatures.notImplemented("Access control by lists", header: S3Header.acl)
        }
        if let grant = request.headers(startingWith: "x-amz-grant-").first {
            throw UnbuiltFeatures.notImplemented("Access control by grants", header: grant.name)
        }
        let ownership = "x-amz-object-ownership"
        if let value = request.header(ownership), value != "BucketOwnerEnforced" {
            throw UnbuiltFeatures.notImplemented("Object ownership by writers", header: ownership)
        }
    }
}
