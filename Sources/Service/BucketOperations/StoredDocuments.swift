internal import Engine
internal import S3API
internal import S3Service

extension Bucket {
    /// One of its settings, as it was stored; `nil` where it is not set.
    ///
    /// - Throws: InternalError where nobody knows.
    func document(_ document: BucketDocument) throws(S3Error) -> BucketText? {
        try settings.checkKnown()
        return self[document]
    }
}

extension OperationContext {
    /// Takes a setting of a bucket away. Without one there is nothing to do, which is a success.
    func removeDocument(_ document: BucketDocument, ofBucket name: String) async throws(S3Error) -> S3Response
    {
        let bucket = try bucket(name)
        guard bucket[document] != nil || bucket.settings.areUnknown else { return S3Response(status: 204) }
        try await translating { () async throws(EngineError) in
            try await engine.set(document, to: nil, ofBucket: name)
        }
        return S3Response(status: 204)
    }
}
