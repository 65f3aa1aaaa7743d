internal import Base
internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct CompleteMultipartUpload: S3Operation {
    package static let route = Route(.post, .object, needs: .parameter("uploadId"))

    let object: ObjectAddress
    let uploadID: String
    let body: BodyDeclaration
    let conditions: WriteConditions
    /// What the client says the whole object's checksum is.
    let expected: Checksum?
    let expectedKind: ChecksumAlgorithm.Kind?
    let expectedSize: Int64?
    private let location: String

    package init(parsing request: S3Request) throws(S3Error) {
        object = request.object
        uploadID = try request.requiredUploadID
        try UnbuiltFeatures.refuse(inRead: request)
        body = try BodyDeclaration(of: request, checksumIsOfBody: false)
        conditions = WriteConditions(of: request)
        expected = try Self.expectedChecksum(request)
        expectedKind = try request.header(S3Header.checksumType).map { (text) throws(S3Error) in
            guard let kind = ChecksumAlgorithm.Kind(rawValue: text.uppercased()) else {
                throw S3Error(.invalidRequest, "Value for x-amz-checksum-type header is invalid.")
            }
            return kind
        }
        expectedSize = try request.header(S3Header.multipartObjectSize).map { (text) throws(S3Error) in
            guard let size = Int64(text), size >= 0 else {
                throw S3Error(.invalidRequest, "Value for x-amz-mp-object-size header is invalid.")
            }
            return size
        }
        location = request.objectLocation
    }

    package var rights: Rights {
        Rights(Right(.putObject, on: .object(bucket: object.bucket, key: object.key)))
    }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let document = try await context.document(body, sizeMax: S3API.CompleteMultipartUpload.sizeMax)
        let request = try S3API.CompleteMultipartUpload(parsing: document)
        let bucket = try context.bucket(object.bucket)
        try bucket.settings.checkWritable()
        let version: ObjectVersion
        do throws(S3Error) {
            version = try await complete(request, in: bucket, context)
        } catch {
            guard error.code == .noSuchUpload,
                let earlier = try await outcome(of: request, on: context.engine)
            else { throw error }
            version = earlier
        }
        let checksums = version.checksums
        let result = CompleteMultipartUploadResult(
            location: location,
            bucket: object.bucket,
            key: object.key,
            etag: ETag(version.etag),
            checksums: checksums.map(\.checksum),
            checksumKind: checksums.first?.kind
        )
        var headers = context.expirationHeaders(version, in: bucket)
        if let text = version.writtenVersionText { headers.append((S3Header.versionID, text)) }
        return S3Response(xml: result.xml, headers: headers, writtenSize: version.size)
    }

    /// What the same request made before, if that is still the newest version of the key: a client whose answer was lost
    /// asks again and is not to take its object for lost, too. `nil` for anything else.
    private func outcome(
        of request: S3API.CompleteMultipartUpload,
        on engine: Engine
    ) async throws(S3Error) -> ObjectVersion? {
        let version: ObjectVersion
        do throws(EngineError) {
            version = try await engine.version(bucket: object.bucket, key: object.key)
        } catch {
            guard error == .objectNotFound else { throw S3Error(from: error) }
            return nil
        }
        let etag = MultipartAssembly.etag(ofParts: request.parts.map(\.etag.value))
        return version.isOfUpload(uploadID) && etag == ETag(version.etag) ? version : nil
    }

    private func complete(
        _ request: S3API.CompleteMultipartUpload,
        in bucket: Bucket,
        _ context: OperationContext<some RequestSource>
    ) async throws(S3Error) -> ObjectVersion {
        let engine = context.engine
        let (upload, stored) = try await storedParts(on: engine)
        let parts: [UploadedPart]
        do throws(S3Error) {
            try MultipartAssembly.checkChecksums(of: request.parts, UploadChecksum(upload))
            parts = try MultipartAssembly.match(request.parts, with: stored)
        } catch {
            // Parts also go missing because another request has just completed or aborted the upload.
            _ = try await translating { () async throws(EngineError) in
                try await engine.upload(bucket: object.bucket, key: object.key, id: uploadID)
            }
            throw error
        }
        let assembly = try MultipartAssembly(parts, UploadChecksum(upload))
        try check(assembly)
        return try await translating { () async throws(EngineError) in
            try await engine.complete(
                bucket: object.bucket,
                key: object.key,
                uploadID: uploadID,
                parts: parts.map { ($0.number, $0.etag) },
                as: .byBucket,
                metadata: assembly.metadata(of: upload),
                guards: conditions.guards + [
                    BucketGuard(engine, bucket), DefaultRetentionGuard(engine, bucket: object.bucket),
                ]
            )
        }
    }

    private func storedParts(on engine: Engine) async throws(S3Error) -> (Upload, [UploadedPart]) {
        var parts: [UploadedPart] = []
        while true {
            let last = parts.last?.number ?? 0
            let page = try await translating { () async throws(EngineError) in
                try await engine.parts(
                    bucket: object.bucket,
                    key: object.key,
                    uploadID: uploadID,
                    after: last,
                    limit: 10_000
                )
            }
            parts += page.parts
            guard page.isTruncated else { return (page.upload, parts) }
        }
    }

    func check(_ assembly: MultipartAssembly) throws(S3Error) {
        if let expectedSize, expectedSize != assembly.size {
            throw S3Error(
                .invalidRequest,
                "The provided 'x-amz-mp-object-size' header value \(expectedSize) does not match what was computed: \(assembly.size)"
            )
        }
        let found = assembly.checksum
        if let expectedKind, expectedKind != found?.kind {
            throw S3Error(
                .invalidRequest,
                "The upload was created using the \(found?.kind.rawValue ?? "null") checksum mode. The complete request must use the same checksum mode."
            )
        }
        guard let expected else { return }
        guard let found else {
            throw S3Error(
                .invalidRequest,
                "The upload was not created with a checksum to compare \(expected.algorithm.rawValue) with."
            )
        }
        guard expected.algorithm == found.checksum.algorithm, expected.bytes == found.checksum.bytes,
            expected.partCount == nil || expected.partCount == found.checksum.partCount
        else {
            throw S3Error(
                .badDigest,
                "The \(expected.algorithm.rawValue) you specified did not match the calculated checksum."
            )
        }
    }

    private static func expectedChecksum(_ request: S3Request) throws(S3Error) -> Checksum? {
        var found: [Checksum] = []
        for algorithm in ChecksumAlgorithm.allCases {
            guard let text = request.header(algorithm.headerName) else { continue }
            guard let checksum = Checksum(algorithm, text: text) else {
                throw S3Error(.invalidRequest, "Value for \(algorithm.headerName) header is invalid.")
            }
            found.append(checksum)
        }
        guard found.count <= 1 else {
            throw S3Error(
                .invalidRequest,
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
            )
        }
        return found.first
    }
}
