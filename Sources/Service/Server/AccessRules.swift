internal import Engine
internal import HTTP
internal import IAM
internal import S3API
internal import S3Service
internal import Telemetry

/// What every request's rights are decided by.
struct AccessRules: Sendable {
    let authorizer: any Authorizer
    let tags: ExistingTags
    let lists: ExistingLists
    /// `nil` where decisions are not logged.
    let audit: Logger?

    func check(
        _ identity: Identity,
        _ conditions: RequestConditions,
        _ requestID: RequestID
    ) -> AccessCheck {
        let address = conditions.sourceAddress
        var record: AccessCheck.Audit?
        if let audit {
            let log = AuditLog(logger: audit.with(requestID: requestID.description))
            record = { rights, decision in log.record(rights, decision, for: identity, from: address) }
        }
        return AccessCheck(
            identity,
            authorizer: authorizer,
            conditions: conditions,
            tags: tags,
            lists: lists,
            audit: record
        )
    }
}

/// Who may not list a bucket is not told which of its keys exist: to read or copy a missing one is forbidden, as in S3.
func concealing(
    _ error: S3Error,
    of request: S3Request,
    from access: AccessCheck
) async -> S3Error {
    guard error.code == .noSuchKey || error.code == .noSuchVersion, request.level == .object else {
        return error
    }
    let object: ObjectAddress
    if let text = request.copySource, let source = try? CopySource(text) {
        // One that is no source was refused by the operation: this error is about another thing.
        object = ObjectAddress(bucket: source.bucket, key: source.key)
        // What is missing of the copy itself, a condition has told already.
        guard error.key == source.key, error.bucket == source.bucket else { return error }
    } else {
        guard request.method == .get || request.method == .head else { return error }
        object = request.object
    }
    let isListable = await access.isAllowed(
        Rights(Right(.listBucket, on: .bucket(object.bucket))),
        values: ["s3:prefix": [object.key]]
    )
    return isListable ? error : S3Error(.accessDenied)
}

/// Whoever may list a key, and to whom nothing grants or denies reading it, is told that it is not there, as in S3.
func refusal(
    of request: S3Request,
    _ decision: Decision,
    for access: AccessCheck,
    by engine: Engine
) async -> S3Error {
    let denied = S3Error(.accessDenied)
    guard request.level == .object, request.method == .get || request.method == .head,
        case .denied(let right, let grounds) = decision, right.action == .s3(.getObject),
        grounds.isLackOfGrant,
        await access.isAllowed(
            Rights(Right(.listBucket, on: .bucket(request.object.bucket))),
            values: ["s3:prefix": [request.object.key]]
        )
    else { return denied }
    do throws(EngineError) {
        _ = try await engine.version(bucket: request.object.bucket, key: request.object.key)
        return denied
    } catch {
        return error == .objectNotFound ? S3Error(.noSuchKey) : denied
    }
}

extension Decision.Grounds {
    /// Nothing forbids it; it is only that no policy grants it.
    fileprivate var isLackOfGrant: Bool {
        switch self {
        case .notGranted, .notGrantedByIdentity, .notGrantedByBucket, .notGrantedBySession, .notRoot: true
        case .statement, .accountOwner, .accessControlList, .byDefault, .unreadable: false
        }
    }
}

extension Decision {
    /// Nothing forbids it to somebody known; it is only that no policy grants it.
    func canBeNarrowed(for identity: Identity) -> Bool {
        guard identity.signed != nil else { return false }
        switch self {
        case .allowed: return true
        case .denied(_, let grounds): return grounds.isLackOfGrant
        }
    }
}
