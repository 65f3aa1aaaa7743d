internal import Base
internal import Engine
internal import HTTP
internal import HTTPServer
internal import IAM
internal import S3API
internal import S3Service
internal import SigV4

extension S3Handler {
    /// Leaves a line in the log of the bucket that the request was about, if it has one.
    func logForBucket(
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: AccessLog.Outcome,
        since start: Duration
    ) {
        guard let bucketLogs, let bucket = outcome.bucket, bucketLogs.isLogged(bucket) else { return }
        let head = exchange.head
        let duration = time.elapsed - start
        let elapsed = duration.components
        var record = BucketLogRecord()
        // Its log may have been turned off by the very request.
        record.bucketOwner = bucketLogs.ownerID(ofLogged: bucket) ?? Owner.server.id
        record.bucket = bucket
        record.time = time.now + (.zero - duration)
        record.remote = clientAddress(exchange)
        record.requester = requester(outcome.identity)
        record.requestID = requestID.description
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
        record.hostID = answers.hostID
        (record.signatureVersion, record.authenticationType) = isWebsite ? (nil, nil) : signature(head)
        record.host = head.host.map { String(decoding: $0, as: UTF8.self) }
        bucketLogs.record(record)
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
