internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import Topology
internal import XLMeta

package struct PutObject: S3Operation {
    package static let route = Route(.put, .object)

    let object: ObjectAddress
    let body: BodyDeclaration
    let headers: ObjectHeaders
    let storageClass: StorageClass
    let conditions: WriteConditions
    let requestedACL: RequestedACL
    let tagging: Tagging?
    let lock: ObjectLockHeaders

    package init(parsing request: S3Request) throws(S3Error) {
        object = request.object
        try Self.refuseStrayParameters(request)
        try UnbuiltFeatures.refuse(inWrite: request)
        requestedACL = try RequestedACL(of: request)
        storageClass = try StorageClass(header: request.header(S3Header.storageClass))
        headers = try ObjectHeaders(of: request)
        conditions = WriteConditions(of: request)
        tagging = try request.tagging
        lock = try ObjectLockHeaders(of: request)
        body = try BodyDeclaration(of: request)
        try body.checkSize()
    }

    package var rights: Rights {
        let resource = S3Resource.object(bucket: object.bucket, key: object.key)
        let tags = tagging == nil ? [] : [Right(.putObjectTagging, on: resource)]
        return Rights(
            Right(.putObject, on: resource),
            others: tags + lock.rights(on: resource) + requestedACL.rights(on: object)
        )
    }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let engine = context.engine
        let bucket = try context.bucket(object.bucket)
        try bucket.settings.checkWritable()
        try lock.check(in: bucket.settings, now: engine.now)
        let acl = try context.newObjectACL(requestedACL, in: bucket)
        var pipeline = try context.body(body)
        let staged = try await stage(&pipeline, on: engine)
        let digest: BodyDigest
        do throws(S3Error) {
            digest = try await pipeline.finish()
        } catch {
            engine.discard(staged)
            throw error
        }
        let stored = digest.checksum.map { StoredChecksum($0) }
        let headers = headers.stored + (tagging?.stored ?? []) + lock.stored
        var metadata = ObjectMetadata(
            user: headers + [(UserMetadataKey.etag, digest.etag.value)],
            system: stored.map { [$0.metadata] } ?? []
        )
        acl.apply(to: &metadata)
        let complete = metadata
        let version = try await translating { () async throws(EngineError) in
            try await engine.commit(
                staged,
                as: .byBucket,
                metadata: complete,
                guards: conditions.guards + [
                    BucketGuard(engine, bucket, list: acl.list),
                    DefaultRetentionGuard(engine, bucket: bucket.name),
                ]
            )
        }
        var answer = [("ETag", digest.etag.quoted)]
        if let text = version.writtenVersionText { answer.append((S3Header.versionID, text)) }
        answer += context.expirationHeaders(version, in: bucket)
        return S3Response(
            headers: answer + checksumHeaders(stored.map { [$0] } ?? []),
            writtenSize: version.size
        )
    }

    private func stage(
        _ pipeline: inout BodyPipeline<some RequestSource>,
        on engine: Engine
    ) async throws(S3Error) -> StagedBody {
        do throws(StageError<S3Error>) {
            return try await engine.stage(
                &pipeline,
                size: body.exactSize,
                bucket: object.bucket,
                key: object.key,
                storageClass: storageClass
            )
        } catch {
            throw S3Error(from: error)
        }
    }

    /// Half of UploadPart's parameters: storing the part as the object would lose both.
    private static func refuseStrayParameters(_ request: S3Request) throws(S3Error) {
        for name in ["partNumber", "uploadId", "versionId"] where request.query.contains(name) {
            throw S3Error(
                .invalidArgument,
                "This operation does not accept the query parameter '\(name)'.",
                fields: [S3Error.Field("ArgumentName", name)]
            )
        }
    }
}
