internal import Engine
internal import S3API
internal import S3Service
internal import XLMeta

extension S3Request {
    /// Which one of several.
    var configurationID: String {
        get throws(S3Error) {
            let id = query["id"] ?? ""
            try NamedConfiguration.check(id: id)
            return id
        }
    }
}

extension NamedConfigurationKind {
    fileprivate var document: BucketDocument {
        switch self {
        case .analytics: .own(.analytics)
        case .intelligentTiering: .own(.intelligentTiering)
        case .inventory: .own(.inventory)
        case .metrics: .own(.metrics)
        }
    }
}

extension Bucket {
    func configurations(_ kind: NamedConfigurationKind) throws(S3Error) -> NamedConfigurations {
        guard let stored = try document(kind.document) else { return NamedConfigurations(kind) }
        return try NamedConfigurations(stored: stored.bytes, kind)
    }
}

extension OperationContext {
    /// - Parameter id: the one that the request names; the document has to name the same.
    /// - Throws: NotImplemented for one that asks for reports, which nobody writes.
    func put(
        _ document: [UInt8],
        as kind: NamedConfigurationKind,
        id: String,
        inBucket name: String
    ) async throws(S3Error) -> S3Response {
        let configuration = try NamedConfiguration(parsing: document, as: kind)
        guard configuration.id == id else {
            throw S3Error(.invalidArgument, "The id of the request is not that of its document.")
        }
        guard !configuration.asksForReports else {
            throw S3Error(.notImplemented, "Reports of a bucket's content are not implemented.")
        }
        try await change(kind, inBucket: name) { (all: inout NamedConfigurations) throws(S3Error) in
            try all.set(configuration)
        }
        return S3Response()
    }

    func deleteConfiguration(
        _ id: String,
        _ kind: NamedConfigurationKind,
        inBucket name: String
    ) async throws(S3Error) -> S3Response {
        try await change(kind, inBucket: name) { (all: inout NamedConfigurations) throws(S3Error) in
            guard all[id] != nil else { throw S3Error(.noSuchConfiguration, bucket: name) }
            all.remove(id)
        }
        return S3Response(status: 204)
    }

    /// Reads, changes and writes, and begins anew where somebody else wrote in between: whoever has to has seen another
    /// one succeed.
    private func change(
        _ kind: NamedConfigurationKind,
        inBucket name: String,
        _ edit: (inout NamedConfigurations) throws(S3Error) -> Void
    ) async throws(S3Error) {
        for _ in 0..<100 {
            let bucket = try bucket(name)
            let former = bucket[kind.document]
            var all = try bucket.configurations(kind)
            try edit(&all)
            do throws(EngineError) {
                try await engine.set(kind.document, to: all.all.isEmpty ? nil : all.stored, ofBucket: name) {
                    (bucket) throws(CommitRefusal) in
                    guard bucket[kind.document] === former else { throw .preconditionFailed }
                }
                return
            } catch {
                guard error == .refused(.preconditionFailed) else { throw S3Error(from: error) }
            }
        }
        throw S3Error(.operationAborted)
    }
}
