internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct UploadPart: S3Operation {
    package static let route = Route(
        .put,
        .object,
        needs: .parameter("uploadId"),
        .parameter("partNumber")
    )

    let target: PartTarget
    let body: BodyDeclaration

    package init(parsing request: S3Request) throws(S3Error) {
        target = try PartTarget(parsing: request)
        try UnbuiltFeatures.refuse(inRead: request)
        body = try BodyDeclaration(of: request)
        try body.checkSize()
    }

    package var rights: Rights {
        Rights(Right(.putObject, on: .object(bucket: target.object.bucket, key: target.object.key)))
    }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let engine = context.engine
        let object = target.object
        let upload = try await translating { () async throws(EngineError) in
            try await engine.upload(bucket: object.bucket, key: object.key, id: target.uploadID)
        }
        let checksum = UploadChecksum(upload)
        try checksum?.check(body.checksum.algorithm)
        var pipeline = try context.body(body, computing: checksum?.algorithm)
        let staged: StagedBody
        do throws(StageError<S3Error>) {
            staged = try await engine.stagePart(
                &pipeline,
                size: body.size,
                number: target.number,
                bucket: object.bucket,
                key: object.key,
                uploadID: target.uploadID
            )
        } catch {
            throw S3Error(from: error)
        }
        let digest: BodyDigest
        do throws(S3Error) {
            digest = try await pipeline.finish()
        } catch {
            engine.discard(staged)
            throw error
        }
        _ = try await translating { () async throws(EngineError) in
            try await engine.commitPart(staged, etag: digest.etag.value, checksums: digest.partChecksums)
        }
        var headers = [("ETag", digest.etag.quoted)]
        if let checksum = digest.checksum { headers.append((checksum.algorithm.headerName, checksum.text)) }
        return S3Response(headers: headers, writtenSize: digest.size)
    }
}

extension BodyDigest {
    /// As a part's record has them.
    var partChecksums: [(algorithm: String, value: String)] {
        checksum.map { [($0.algorithm.rawValue, $0.text)] } ?? []
    }
}
