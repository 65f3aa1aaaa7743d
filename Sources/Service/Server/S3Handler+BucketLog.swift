internal import Base
internal import Engine
internal import HTTP
internal import HTTPServer
internal import IAM
internal import S3API
internal import S3Service
internal import SigV4

extension S3Handler {
    /// Leaves a line in the log of the bucket that the request was about, if it has one, and of what else it did to objects
    /// of buckets that have.
    func logForBucket(
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: AccessLog.Outcome,
        since start: Duration
    ) {
        guard let bucketLogs else { return }
        let duration = time.elapsed - start
        if let bucket = outcome.bucket, bucketLogs.isLogged(bucket) {
            bucketLogs.record(record(of: bucket, exchange, requestID, outcome, took: duration))
        }
        for action in outcome.actions where bucketLogs.isLogged(action.object.bucket) {
            bucketLogs.record(record(of: action, exchange, requestID, outcome, took: duration))
        }
    }

    /// As S3 writes it: nothing of the request's own line but who sent it and how.
    private func record(
        of action: LoggedAction,
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: AccessLog.Outcome,
        took duration: Duration
    ) -> BucketLogRecord {
        var record = beginning(of: action.object.bucket, exchange, requestID, outcome, took: duration)
        record.isOfAction = true
        record.operation = action.operation
        record.key = action.object.key
        record.status = action.status
        record.errorCode = action.errorCode
        record.objectSize = action.objectSize
        record.versionID = action.versionID
        (record.signatureVersion, record.authenticationType) = signature(exchange.head)
        return record
    }

    /// What the lines of all that one request did have in common.
    private func beginning(
        of bucket: String,
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: AccessLog.Outcome,
        took duration: Duration
    ) -> BucketLogRecord {
        var record = BucketLogRecord()
        // A bucket that is gone, or whose owner cannot be read, is the server's. A log may have been turned off by the very
        // request.
        record.bucketOwner =
            bucketLogs?.ownerID(ofLogged: bucket) ?? (try? engine.bucket(bucket).ownerID) ?? Owner.server.id
        record.bucket = bucket
        record.time = time.now + (.zero - duration)
        record.remote = clientAddress(exchange)
        record.requester = requester(outcome.identity)
        record.requestID = requestID.description
        record.hostID = answers.hostID
        record.host = exchange.head.host.map { String(decoding: $0, as: UTF8.self) }
        return record
    }

    private func record(
        of bucket: String,
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: AccessLog.Outcome,
        took duration: Duration
    ) -> BucketLogRecord {
        let (head, elapsed) = (exchange.head, duration.components)
        var record = beginning(of: bucket, exchange, requestID, outcome, took: duration)
        let isWebsite = outcome.operation == "Website"
        record.operation =
            isWebsite
            ? "WEBSITE.\(head.method).OBJECT"
            : BucketLogOperation.name(head, key: outcome.isOfForm ? nil : outcome.key)
        record.key = outcome.key.flatMap { $0.isEmpty ? nil : $0 }
        record.method = "\(head.method)"
        record.target = Array(head.target)
        record.httpVersion = head.version == .http10 ? "HTTP/1.0" : "HTTP/1.1"
        record.status = outcome.status
        record.errorCode = outcome.errorCode
        record.bytesSent = outcome.sent
        record.objectSize = outcome.objectSize
        record.milliseconds = elapsed.seconds * 1000 + elapsed.attoseconds / 1_000_000_000_000_000
        record.referrer = head.text(of: "Referer")
        record.userAgent = head.text(of: "User-Agent")
        record.versionID = outcome.versionID
        (record.signatureVersion, record.authenticationType) = isWebsite ? (nil, nil) : signature(head)
        return record
    }

    /// The root user by the owner's id, others by their name.
    private func requester(_ identity: Identity?) -> String? {
        guard let signed = identity?.signed else { return nil }
        switch signed.kind {
        case .root: return Owner.server.id
        case .user, .serviceAccount, .temporary:
            return "arn:aws:iam::\(signed.account.id):user/\(signed.userName)"
        }
    }

    private func signature(_ head: RequestHead) -> (version: String?, type: String?) {
        // One that could not be told was refused for it.
        guard let kind = try? SignatureKind(of: SignedHead(head)) else { return (nil, nil) }
        return switch kind {
        case .anonymous, .otherScheme: (nil, nil)
        case .authorizationHeader: ("SigV4", "AuthHeader")
        case .queryParameters: ("SigV4", "QueryString")
        case .version2Header: ("SigV2", "AuthHeader")
        case .version2Query: ("SigV2", "QueryString")
        }
    }
}
