/// What the engine can fail with, in its own words. It knows nothing of HTTP or S3.
package enum EngineError: Error, Equatable, Sendable {
    case bucketNotFound
    case bucketAlreadyExists
    case bucketNotEmpty
    case objectNotFound
    case versionNotFound
    case uploadNotFound
    /// A part named in a completion is not there, or its ETag is another.
    case partNotFound(number: Int)
    /// Too few drives answered to know what is true.
    case readQuorumLost(available: Int, required: Int)
    /// Too few drives took the change; nothing of it is visible.
    case writeQuorumLost(available: Int, required: Int)
    /// Enough drives answer, but too few shards are sound.
    case damaged(String)
    case drivesFull
    /// The object has as many versions as it may have.
    case tooManyVersions(countMax: Int)
    /// The drives cannot hold an object of this name, and why.
    case unstorableName(String)
    /// A guard said no under the key's lease.
    case refused(CommitRefusal)
    /// No memory came free in time.
    case overloaded
    /// Stored in a way this version cannot read: encrypted, compressed, or older than it knows.
    case unsupported(String)
}

/// Why a ``CommitGuard`` refuses.
package enum CommitRefusal: Error, Equatable, Sendable {
    case preconditionFailed
    /// A condition asks for a current version and there is none.
    case objectMissing
    /// The bucket that was meant was deleted; one that was made since is another.
    case bucketGone
    case forbidden(String)
    /// What is asked for does not go with how the bucket or the object is now, and why.
    case wrongState(String)
}

/// Why a body could not be staged: the sender's fault or ours.
package enum StageError<BodyFailure: Error>: Error {
    case body(BodyFailure)
    case engine(EngineError)
}
