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
    let requestedACL: RequestedACL
    /// `nil` leaves it to the server's setting.
    let ownership: ObjectOwnership?
    let hasObjectLock: Bool

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        guard BucketName.isCreatable(bucket) else { throw S3Error(.invalidBucketName, bucket: bucket) }
        requestedACL = try RequestedACL(of: request)
        ownership = try request.header(S3Header.objectOwnership).map { (text) throws(S3Error) in
            try ObjectOwnership(header: text)
        }
        hasObjectLock = request.header(S3Header.objectLockEnabled)?.lowercased() == "true"
        body = try BodyDeclaration(of: request, sizeWithoutLength: 0)
    }

    package var rights: Rights {
        let resource = S3Resource.bucket(bucket)
        var others: [Right] = []
        if requestedACL.asksForSomething {
            others.append(Right(.putBucketAcl, on: resource, isOfCreation: true))
        }
        if ownership != nil {
            others.append(Right(.putBucketOwnershipControls, on: resource, isOfCreation: true))
        }
        if hasObjectLock {
            others += [
                Right(.putBucketObjectLockConfiguration, on: resource, isOfCreation: true),
                Right(.putBucketVersioning, on: resource, isOfCreation: true),
            ]
        }
        return Rights(Right(.createBucket, on: resource), others: others)
    }

    /// Locked versions are kept, so there have to be versions.
    private var lockDocuments: [BucketDocument: [UInt8]] {
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
        // What nobody has signed is the server's.
        let owner = context.requester ?? .server
        // Clients that make sure of their bucket before each write want to hear that it is there, whatever else they ask
        // for. It may be that it is not, which is why they ask.
        if (try? context.engine.bucket(bucket)) != nil { throw try taken(from: owner, in: context) }
        let documents = try documents(owner: owner, in: context)
        do throws(EngineError) {
            try await context.engine.makeBucket(bucket, with: documents)
        } catch {
            throw error == .bucketAlreadyExists ? try taken(from: owner, in: context) : S3Error(from: error)
        }
        return S3Response(headers: [("Location", "/\(bucket)")])
    }

    /// Who has the name already.
    private func taken(
        from owner: Owner,
        in context: OperationContext<some RequestSource>
    ) throws(S3Error) -> S3Error {
        let isOwned = try context.bucket(bucket).ownerID.utf8.elementsEqual(owner.id.utf8)
        return S3Error(isOwned ? .bucketAlreadyOwnedByYou : .bucketAlreadyExists, bucket: bucket)
    }

    /// Only what differs from the bucket that MinIO would have made.
    private func documents(
        owner: Owner,
        in context: OperationContext<some RequestSource>
    ) throws(S3Error) -> [BucketDocument: [UInt8]] {
        var documents = lockDocuments
        if !owner.hasSameID(as: .server) { documents[.own(.owner)] = Array(owner.id.utf8) }
        let effective = ownership ?? context.newBucketOwnership
        if ownership != nil || effective != .bucketOwnerEnforced {
            documents[.own(.ownershipControls)] = OwnershipControls(effective).xml
        }
        let list = try requestedACL.policy(owner: owner, bucketOwner: nil, in: context.accounts)
        guard !list.isPrivate else { return documents }
        guard effective.hasLists else { throw S3Error(.invalidBucketACLWithObjectOwnership, bucket: bucket) }
        documents[.own(.acl)] = list.xml
        return documents
    }
}
