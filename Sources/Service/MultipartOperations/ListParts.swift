internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct ListParts: S3Operation {
    package static let route = Route(.get, .object, needs: .parameter("uploadId"))

    let object: ObjectAddress
    let uploadID: String
    let marker: Int
    /// 0...1000.
    let partsMax: Int
    let encoding: ListingEncoding

    package init(parsing request: S3Request) throws(S3Error) {
        object = request.object
        uploadID = try request.requiredUploadID
        let marker = request.query["part-number-marker"] ?? ""
        self.marker = marker.isEmpty ? 0 : try request.query.count(of: "part-number-marker", countMax: 10_000)
        partsMax = try request.query.count(of: "max-parts")
        encoding = try request.query.encodesKeys() ? .url : .plain
    }

    package var rights: Rights {
        Rights(Right(.listMultipartUploadParts, on: .object(bucket: object.bucket, key: object.key)))
    }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let page = try await translating { () async throws(EngineError) in
            try await context.engine.parts(
                bucket: object.bucket,
                key: object.key,
                uploadID: uploadID,
                after: marker,
                limit: partsMax
            )
        }
        let rules = try context.bucket(object.bucket).rules
        let result = ListPartsResult(
            bucket: object.bucket,
            upload: ListedUpload(
                page.upload,
                key: object.key,
                owner: context.owner(of: page.upload, in: rules)
            ),
            partNumberMarker: marker,
            nextPartNumberMarker: page.parts.last?.number ?? 0,
            maxParts: partsMax,
            isTruncated: page.isTruncated,
            parts: page.parts.map { part in
                ListPartsResult.Part(
                    number: part.number,
                    lastModified: part.modified,
                    etag: ETag(part.etag),
                    size: Int(part.size),
                    checksums: part.allChecksums
                )
            },
            encoding: encoding
        )
        let headers = context.abortHeaders(page.upload, in: try context.bucket(object.bucket))
        return S3Response(xml: result.xml, headers: headers)
    }
}
