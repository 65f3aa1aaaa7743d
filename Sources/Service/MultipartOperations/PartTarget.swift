internal import S3API
internal import S3Service

/// The part an UploadPart or UploadPartCopy is about.
struct PartTarget: Sendable, Hashable {
    let object: ObjectAddress
    let uploadID: String
    /// 1...10,000.
    let number: Int

    init(parsing request: S3Request) throws(S3Error) {
        object = request.object
        uploadID = try request.requiredUploadID
        let text = request.query["partNumber"] ?? ""
        guard let number = Int(text), (1...10_000).contains(number) else {
            throw S3Error(
                .invalidArgument,
                "Part number must be an integer between 1 and 10000, inclusive.",
                fields: [S3Error.Field("ArgumentName", "partNumber"), S3Error.Field("ArgumentValue", text)]
            )
        }
        self.number = number
    }
}

extension S3Request {
    /// - Throws: ``S3Error/Code-swift.enum/noSuchUpload`` for an empty one.
    var requiredUploadID: String {
        get throws(S3Error) {
            guard let id = query["uploadId"], !id.isEmpty else { throw S3Error(.noSuchUpload) }
            return id
        }
    }
}
