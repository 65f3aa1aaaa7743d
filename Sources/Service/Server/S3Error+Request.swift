internal import HTTP
internal import S3API
internal import S3Service
internal import SigV4

extension S3Error {
    /// With what S3's documents repeat of the request beside the code.
    func about(_ head: RequestHead, _ path: S3Path) -> S3Error {
        // A query that cannot be read says nothing; the request was refused for it.
        let query = try? QueryString(head.query ?? [])
        var error = self
        let repeated = repeated(of: head, query, path).filter { field in
            !fields.contains { $0.name == field.name }
        }
        error.fields = repeated + fields
        // What the error names itself counts.
        guard bucket == nil, key == nil else { return error }
        error.bucket = path.bucket
        error.key = path.key
        return error
    }

    /// By the code: the element, and the parameter that it repeats.
    private static let parameters: [Code: (element: String, name: String)] = [
        .noSuchUpload: ("UploadId", "uploadId"), .invalidPart: ("UploadId", "uploadId"),
        .invalidPartOrder: ("UploadId", "uploadId"), .noSuchVersion: ("VersionId", "versionId"),
    ]
    /// The same of headers.
    private static let requestHeaders: [Code: (element: String, name: String)] = [
        .invalidRange: ("RangeRequested", S3Header.range),
        .invalidStorageClass: ("StorageClassRequested", S3Header.storageClass),
        .invalidDigest: ("Content-MD5", S3Header.contentMD5),
    ]

    private func repeated(of head: RequestHead, _ query: QueryString?, _ path: S3Path) -> [Field] {
        if let (element, name) = Self.parameters[code] {
            return query?[name].map { [Field(element, $0)] } ?? []
        }
        if let (element, name) = Self.requestHeaders[code] {
            return Self.value(of: name, in: head).map { [Field(element, $0)] } ?? []
        }
        if code == .methodNotAllowed {
            let type = resourceType(query, path)
            return [Field("Method", "\(head.method)"), Field("ResourceType", type)]
        }
        if code == .preconditionFailed {
            return onlyCondition(of: head).map { [Field("Condition", $0)] } ?? []
        }
        // Of a presigned URL.
        guard code == .accessDenied, fields.contains(where: { $0.name == "Expires" }) else { return [] }
        return query?[QueryParameter.expires].map { [Field(QueryParameter.expires, $0)] } ?? []
    }

    private func resourceType(_ query: QueryString?, _ path: S3Path) -> String {
        if headers.contains(where: { $0.name == S3Header.deleteMarker }) { return "DeleteMarker" }
        guard path.bucket != nil else { return "SERVICE" }
        return BucketLogOperation.resource(of: query, isObject: path.key != nil)
    }

    /// What a write is conditional on, where that is a single thing: the engine tells only that it does not hold.
    private func onlyCondition(of head: RequestHead) -> String? {
        let sent = ["If-Match", "If-None-Match", "If-Unmodified-Since"].filter {
            Self.value(of: $0, in: head) != nil
        }
        return sent.count == 1 ? sent.first : nil
    }

    private static func value(of name: String, in head: RequestHead) -> String? {
        HeaderName(validating: name).flatMap { head.text(of: $0) }
    }
}
