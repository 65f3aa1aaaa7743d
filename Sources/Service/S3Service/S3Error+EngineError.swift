package import Engine
package import S3API

extension S3Error {
    /// The one place where engine errors become S3 errors. Without `default`: a new engine error does not
    /// compile until somebody has decided what clients will be told. Labelled, because errors and codes share names.
    package init(from error: EngineError) {
        switch error {
        case .bucketNotFound: self.init(.noSuchBucket)
        case .bucketAlreadyExists: self.init(.bucketAlreadyOwnedByYou)
        case .bucketNotEmpty: self.init(.bucketNotEmpty)
        case .objectNotFound: self.init(.noSuchKey)
        case .versionNotFound: self.init(.noSuchVersion)
        case .uploadNotFound: self.init(.noSuchUpload)
        case .partNotFound(let number):
            self.init(.invalidPart, "Part \(number) is not there, or its ETag is another.")
        case .readQuorumLost(let available, let required):
            self.init(.slowDown, "\(available) of the \(required) drives needed for reading answered.")
        case .writeQuorumLost(let available, let required):
            self.init(.slowDown, "\(available) of the \(required) drives needed for writing answered.")
        case .damaged:
            self.init(.internalError, "The stored data is damaged beyond what its parity can repair.")
        case .drivesFull: self.init(.minioStorageFull)
        case .tooManyVersions(let countMax):
            self.init(.minioMaxVersionsExceeded, "The object has \(countMax) versions and can have no more.")
        case .unstorableName(let reason): self.init(.minioInvalidObjectName, reason)
        case .refused(let refusal): self.init(from: refusal)
        case .overloaded: self.init(.slowDown)
        case .unsupported(let reason): self.init(.notImplemented, reason)
        }
    }

    private init(from refusal: CommitRefusal) {
        switch refusal {
        case .preconditionFailed: self.init(.preconditionFailed)
        case .objectMissing: self.init(.noSuchKey)
        case .bucketGone: self.init(.noSuchBucket)
        case .forbidden(let reason): self.init(.accessDenied, reason)
        case .wrongState(let reason): self.init(.invalidBucketState, reason)
        }
    }

    package init(from error: StageError<S3Error>) {
        switch error {
        case .body(let error): self = error
        case .engine(let error): self.init(from: error)
        }
    }

    /// A copy: both ends are the engine's.
    package init(from error: StageError<EngineError>) {
        switch error {
        case .body(let error), .engine(let error): self.init(from: error)
        }
    }
}

/// Runs a call of the engine and translates what it throws.
package func translating<Answer>(
    _ call: () async throws(EngineError) -> Answer
) async throws(S3Error) -> Answer {
    do {
        return try await call()
    } catch {
        throw S3Error(from: error)
    }
}
