internal import Base
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
    let origin: CopyOrigin
    /// `nil` copies all of the source.
    let range: ByteRange?

    package init(parsing request: S3Request) throws(S3Error) {
        target = try PartTarget(parsing: request)
        origin = try CopyOrigin(of: request)
        range = try request.header(S3Header.copySourceRange).map { (text) throws(S3Error) in
            try ByteRange(copySource: text)
        }
        try UnbuiltFeatures.refuse(inRead: request)
    }

    package var rights: Rights {
        Rights(
            Right(.putObject, on: .object(bucket: target.object.bucket, key: target.object.key)),
            origin.right
        )
    }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let engine = context.engine
        let upload = try await translating { () async throws(EngineError) in
            try await engine.upload(bucket: target.object.bucket, key: target.object.key, id: target.uploadID)
        }
        let sourceBucket = try origin.bucket(in: context)
        let reader = try await origin.open(on: engine)
        defer { reader.close() }
        let versionText = sourceBucket.settings.versionText(reader.version)
        try await context.access.confirm(origin.right, on: reader.version)
        let bytes = try select(from: reader.version, now: context.now)
        var body = ReaderSource(reader, selecting: bytes, computing: UploadChecksum(upload)?.algorithm)
        let (part, digest) = try await store(&body, size: Int64(bytes.count), on: engine)
        let result = CopyResult(
            .uploadPartCopy,
            lastModified: part.modified,
            etag: digest.etag,
            checksums: digest.checksum.map { [$0] } ?? []
        )
        let headers = versionText.map { [(name: S3Header.copySourceVersionID, value: $0)] } ?? []
        var response = S3Response(xml: result.xml, headers: headers, writtenSize: Int64(bytes.count))
        response.actions = [
            origin.action("REST.COPY.PART_GET", size: reader.version.size, versionText: versionText)
        ]
        return response
    }

    /// The bytes of the source that are meant.
    func select(from version: ObjectVersion, now: Timestamp) throws(S3Error) -> Range<Int64> {
        try origin.check(version, now: now)
        let bytes = try wanted(of: version)
        try CopyOrigin.check(size: Int64(bytes.count))
        return bytes
    }

    /// Unlike a read's, a copy's range must lie wholly within the source.
    private func wanted(of version: ObjectVersion) throws(S3Error) -> Range<Int64> {
        guard let range else { return 0..<version.size }
        guard case .between(let first, let last) = range else { preconditionFailure("it was read as such") }
        guard Int64(first) < version.size else {
            throw S3Error(
                .invalidRequest,
                "The specified copy range is invalid for the source object size"
            )
        }
        guard Int64(last) < version.size else {
            throw S3Error(
                .invalidArgument,
                "Range specified is not valid for source object of size: \(version.size)",
                fields: [
                    S3Error.Field("ArgumentName", S3Header.copySourceRange),
                    S3Error.Field("ArgumentValue", "bytes=\(first)-\(last)"),
                ]
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
