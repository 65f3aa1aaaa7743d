internal import HTTP
internal import IAM
internal import S3API
internal import S3Service
internal import Telemetry

/// What every request's rights are decided by.
struct AccessRules: Sendable {
    let authorizer: any Authorizer
    let tags: ExistingTags
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
    if let text = request.header(S3Header.copySource), let source = try? CopySource(text) {
        // One that is no source was refused by the operation: this error is about another thing.
        object = ObjectAddress(bucket: source.bucket, key: source.key)
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

extension Decision {
    /// Nothing forbids it to somebody known; it is only that no policy grants it.
    func canBeNarrowed(for identity: Identity) -> Bool {
        guard identity.signed != nil else { return false }
        switch self {
        case .allowed: return true
        case .denied(_, let grounds):
            switch grounds {
            case .notGranted, .notGrantedByIdentity, .notGrantedByBucket, .notGrantedBySession, .notRoot:
                return true
            case .statement, .accountOwner, .accessControlList, .byDefault, .unreadable: return false
            }
        }
    }
}
