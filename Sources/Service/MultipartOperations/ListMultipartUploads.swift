internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service

package struct ListMultipartUploads: S3Operation {
    package static let route = Route(.get, .bucket, needs: .parameter("uploads"))

    let bucket: String
    let prefix: String
    let delimiter: String?
    let keyMarker: String
    /// Means nothing without ``keyMarker``.
    let uploadIDMarker: String
    /// 0...1000.
    let uploadsMax: Int
    let encoding: ListingEncoding

    package init(parsing request: S3Request) throws(S3Error) {
        bucket = request.requiredBucket
        prefix = request.query["prefix"] ?? ""
        let delimiter = request.query["delimiter"] ?? ""
        self.delimiter = delimiter.isEmpty ? nil : delimiter
        keyMarker = request.query["key-marker"] ?? ""
        uploadIDMarker = keyMarker.isEmpty ? "" : request.query["upload-id-marker"] ?? ""
        uploadsMax = try request.query.count(of: "max-uploads")
        encoding = try request.query.encodesKeys() ? .url : .plain
    }

    package var rights: Rights { Rights(Right(.listBucketMultipartUploads, on: .bucket(bucket))) }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let page = try await translating { () async throws(EngineError) in
            try await context.engine.uploads(
                bucket: bucket,
                prefix: prefix,
                delimiter: delimiter,
                afterKey: keyMarker.isEmpty ? nil : keyMarker,
                afterID: uploadIDMarker.isEmpty ? nil : uploadIDMarker,
                limit: uploadsMax
            )
        }
        let rules = try context.bucket(bucket).rules
        let next = page.isTruncated ? nextMarkers(page) : (key: "", uploadID: "")
        let result = ListMultipartUploadsResult(
            bucket: bucket,
            keyMarker: keyMarker,
            uploadIDMarker: uploadIDMarker,
            nextKeyMarker: next.key,
            nextUploadIDMarker: next.uploadID,
            prefix: prefix,
            delimiter: delimiter,
            maxUploads: uploadsMax,
            isTruncated: page.isTruncated,
            // An upload without its key on the drives is listed only for its exact key.
            uploads: page.uploads.map { upload in
                ListedUpload(
                    upload,
                    key: upload.key ?? prefix,
                    owner: context.owner(of: upload, in: rules)
                )
            },
            commonPrefixes: page.commonPrefixes,
            encoding: encoding
        )
        return S3Response(xml: result.xml)
    }

    /// The page ends with whichever of its last upload and last prefix comes later.
    private func nextMarkers(_ page: UploadPage) -> (key: String, uploadID: String) {
        let upload = page.uploads.last
        let key = upload.map { $0.key ?? prefix }
        guard let lastPrefix = page.commonPrefixes.last,
            key.map({ $0.utf8.lexicographicallyPrecedes(lastPrefix.utf8) }) ?? true
        else { return (key ?? "", upload?.id ?? "") }
        return (lastPrefix, "")
    }
}
