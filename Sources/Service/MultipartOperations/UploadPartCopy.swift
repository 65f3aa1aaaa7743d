internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct UploadPartCopy: S3Operation {
    package static let route = Route(
        .put,
        .object,
        needs: .parameter("uploadId"),
        .parameter("partNumber"),
        .header(S3Header.copySource)
    )

    let target: PartTarget
    let source: ObjectAddress
    let sourceVersionID: VersionID
    let sourceConditions: ConditionalHeaders
    /// `nil` copies all of the source.
    let range: ByteRange?

    package init(parsing request: S3Request) throws(S3Error) {
        target = try PartTarget(parsing: request)
        let copySource = try CopySource(request.header(S3Header.copySource) ?? "")
        guard BucketName.isLookupable(copySource.bucket) else {
            throw S3Error(.invalidBucketName, bucket: copySource.bucket)
        }
        source = ObjectAddress(bucket: copySource.bucket, key: copySource.key)
        sourceVersionID = try VersionID(copySource.versionID)
        sourceConditions = ConditionalHeaders(copySource: { request.header($0) })
        range = try request.header(S3Header.copySourceRange).map { (text) throws(S3Error) in
            try ByteRange(copySource: text)
        }
        try UnbuiltFeatures.refuse(inRead: request)
    }

    package var rights: Rights {
        Rights(
            Right(.putObject, on: .object(bucket: target.object.bucket, key: target.object.key)),
            sourceRight
        )
    }

    private var sourceRight: Right {
        Right(
            sourceVersionID.isNamed ? .getObjectVersion : .getObject,
            on: .object(bucket: source.bucket, key: source.key)
        )
    }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let engine = context.engine
        let upload = try await translating { () async throws(EngineError) in
            try await engine.upload(bucket: target.object.bucket, key: target.object.key, id: target.uploadID)
        }
        let sourceBucket = try context.bucket(source.bucket)
        let reader = try await translating { () async throws(EngineError) in
            try await engine.open(bucket: source.bucket, key: source.key, id: sourceVersionID.id)
        }
        defer { reader.close() }
        let versionText = sourceBucket.settings.versionText(reader.version)
        try await context.access.confirm(sourceRight, on: reader.version)
        let bytes = try select(from: reader.version, versionText: versionText)
        var body = ReaderSource(reader, selecting: bytes, computing: UploadChecksum(upload)?.algorithm)
        let (part, digest) = try await store(&body, size: Int64(bytes.count), on: engine)
        let result = CopyResult(
            .uploadPartCopy,
            lastModified: part.modified,
            etag: digest.etag,
            checksums: digest.checksum.map { [$0] } ?? []
        )
        let headers = versionText.map { [(name: S3Header.copySourceVersionID, value: $0)] } ?? []
        return S3Response(xml: result.xml, headers: headers, writtenSize: Int64(bytes.count))
    }

    /// The bytes of the source that are meant.
    func select(from version: ObjectVersion, versionText: String?) throws(S3Error) -> Range<Int64> {
        guard !version.isDeleteMarker else {
            throw version.markerError(isNamed: sourceVersionID.isNamed, versionText: versionText)
        }
        switch sourceConditions.evaluate(
            etag: ETag(version.etag),
            lastModified: version.modified,
            for: .copySource
        ) {
        case .proceed: break
        case .preconditionFailed, .notModified: throw S3Error(.preconditionFailed)
        }
        let bytes = try wanted(of: version)
        guard Int64(bytes.count) <= ObjectSizes.singlePutMax else {
            throw S3Error(
                .invalidRequest,
                "The specified copy source is larger than the maximum allowable size for a copy source: \(ObjectSizes.singlePutMax)"
            )
        }
        return bytes
    }

    /// Unlike a read's, a copy's range must lie wholly within the source.
    private func wanted(of version: ObjectVersion) throws(S3Error) -> Range<Int64> {
        guard let range else { return 0..<version.size }
        guard case .between(let first, let last) = range, Int64(last) < version.size else {
            throw S3Error(
                .invalidArgument,
                "Range specified is not valid for source object of size: \(version.size)",
                fields: [S3Error.Field("ArgumentName", S3Header.copySourceRange)]
            )
        }
        return Int64(first)..<Int64(last) + 1
    }

    private func store(
        _ body: inout ReaderSource,
        size: Int64,
        on engine: Engine
    ) async throws(S3Error) -> (UploadedPart, BodyDigest) {
        let staged: StagedBody
        do throws(StageError<EngineError>) {
            staged = try await engine.stagePart(
                &body,
                size: size,
                number: target.number,
                bucket: target.object.bucket,
                key: target.object.key,
                uploadID: target.uploadID
            )
        } catch {
            throw S3Error(from: error)
        }
        let digest = body.finish()
        guard digest.size == size else {
            engine.discard(staged)
            throw S3Error(.internalError)
        }
        let part = try await translating { () async throws(EngineError) in
            try await engine.commitPart(staged, etag: digest.etag.value, checksums: digest.partChecksums)
        }
        return (part, digest)
    }
}
