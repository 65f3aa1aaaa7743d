internal import Base
internal import Engine
internal import IAM
internal import S3API
internal import S3Service
internal import XLMeta

/// What GetObject and HeadObject have in common: everything but the body.
struct ObjectRead: Sendable {
    /// What of an object is answered, and how.
    struct Plan: Sendable {
        var status: Int
        var headers: [(name: String, value: String)]
        /// Of the object's bytes; `nil` where the answer has no body at all.
        var range: Range<Int64>?
    }

    /// Query parameters that replace stored headers in the answer.
    private static let overrideNames = [
        ("response-content-type", UserMetadataKey.contentType),
        ("response-cache-control", UserMetadataKey.cacheControl),
        ("response-content-disposition", UserMetadataKey.contentDisposition),
        ("response-content-encoding", UserMetadataKey.contentEncoding),
        ("response-content-language", UserMetadataKey.contentLanguage),
        ("response-expires", UserMetadataKey.expires),
    ]

    let object: ObjectAddress
    let versionID: VersionID
    let range: ByteRange?
    let partNumber: Int?
    private let conditions: ConditionalHeaders
    private let ifRange: String?
    let overrides: [String: String]
    let wantsChecksum: Bool

    init(parsing request: S3Request) throws(S3Error) {
        object = request.object
        versionID = try VersionID(request.query["versionId"])
        try UnbuiltFeatures.refuse(inRead: request)
        range = request.header(S3Header.range).flatMap { ByteRange($0) }
        partNumber = try request.query["partNumber"].map { (text) throws(S3Error) in
            guard let number = Int(text), (1...10_000).contains(number) else {
                throw S3Error(
                    .invalidArgument,
                    "Part number must be an integer between 1 and 10000, inclusive."
                )
            }
            return number
        }
        if partNumber != nil, request.header(S3Header.range) != nil {
            throw S3Error(.invalidRequest, "Cannot specify both Range header and partNumber query parameter.")
        }
        conditions = ConditionalHeaders(header: { request.header($0) })
        ifRange = request.header("if-range")
        overrides = try Self.overrides(request)
        wantsChecksum = request.header(S3Header.checksumMode)?.uppercased() == "ENABLED"
    }

    /// Anybody could hang another content type on a public object's URL; whoever signs answers for it.
    private static func overrides(_ request: S3Request) throws(S3Error) -> [String: String] {
        var overrides: [String: String] = [:]
        for (parameter, name) in overrideNames {
            guard let value = request.query[parameter], !value.isEmpty else { continue }
            overrides[name] = value
        }
        guard overrides.isEmpty || !request.isAnonymous else {
            throw S3Error(
                .invalidRequest,
                "Request specific response headers cannot be used for anonymous GET requests."
            )
        }
        return overrides
    }

    var right: Right {
        Right(
            versionID.isNamed ? .getObjectVersion : .getObject,
            on: .object(bucket: object.bucket, key: object.key)
        )
    }

    var rights: Rights { Rights(right) }

    /// Stored names of what the sender has no right to be told, of what is there.
    func concealed(of version: ObjectVersion, from access: AccessCheck) async -> [String] {
        let resource = S3Resource.object(bucket: object.bucket, key: object.key)
        let needs: [(action: S3Action, names: [String])] = [
            (versionID.isNamed ? .getObjectVersionTagging : .getObjectTagging, [UserMetadataKey.tagging]),
            (
                .getObjectRetention, [UserMetadataKey.objectLockMode, UserMetadataKey.objectLockRetainUntil]
            ),
            (.getObjectLegalHold, [UserMetadataKey.objectLockLegalHold]),
        ]
        var concealed: [String] = []
        for (action, names) in needs where names.contains(where: { version.metadata($0) != nil }) {
            if !(await access.isAllowed(Rights(Right(action, on: resource)))) { concealed += names }
        }
        return concealed
    }

    /// - Parameter concealed: stored names of what is left out.
    /// - Throws: for delete markers, conditions that fail, and ranges that hold nothing.
    func plan(
        _ version: ObjectVersion,
        in settings: BucketSettings,
        without concealed: [String] = [],
        now: Timestamp
    ) throws(S3Error) -> Plan {
        let versionText = settings.versionText(version)
        guard !version.isDeleteMarker else {
            throw version.markerError(isNamed: versionID.isNamed, versionText: versionText)
        }
        let outcome = conditions.evaluate(
            etag: ETag(version.etag),
            lastModified: version.modified,
            for: .read,
            now: now
        )
        switch outcome {
        case .proceed: break
        case .preconditionFailed(let condition): throw .preconditionFailed(condition)
        case .notModified:
            return Plan(status: 304, headers: notModifiedHeaders(version, versionText), range: nil)
        }
        var plan = Plan(
            status: 200,
            headers: version.headers(
                versionText: versionText,
                overrides: overrides.merging(concealed.map { ($0, "") }) { _, new in new }
            ),
            range: 0..<version.size
        )
        if let partNumber {
            try select(part: partNumber, of: version, &plan)
        } else if let range, rangeApplies(to: version) {
            let bytes = try range.resolve(size: Int(version.size))
            narrow(&plan, to: Int64(bytes.lowerBound)..<Int64(bytes.upperBound), of: version)
        } else if wantsChecksum {
            plan.headers += checksumHeaders(version.checksums)
        }
        return plan
    }

    private func notModifiedHeaders(
        _ version: ObjectVersion,
        _ versionText: String?
    ) -> [(name: String, value: String)] {
        var headers = version.validatorHeaders(versionText: versionText)
        for (name, header) in [
            (UserMetadataKey.cacheControl, "Cache-Control"), (UserMetadataKey.expires, "Expires"),
        ] {
            if let value = overrides[name] ?? version.metadata(name), !value.isEmpty {
                headers.append((header, value))
            }
        }
        return headers
    }

    /// With If-Range, only of the version the client has begun to read (RFC 9110 §13.1.5).
    private func rangeApplies(to version: ObjectVersion) -> Bool {
        guard let ifRange else { return true }
        if let date = Timestamp(httpDate: ifRange) { return date.seconds == version.modified.seconds }
        return ETag(ifRange) == ETag(version.etag)
    }

    private func select(part number: Int, of version: ObjectVersion, _ plan: inout Plan) throws(S3Error) {
        guard version.isMultipart else {
            guard number == 1 else { throw Self.missingPart(number, of: 1) }
            if version.size > 0 { narrow(&plan, to: 0..<version.size, of: version) }
            return
        }
        guard let index = version.parts.firstIndex(where: { $0.number == number }) else {
            throw Self.missingPart(number, of: version.parts.count)
        }
        let start = version.parts[..<index].reduce(Int64(0)) { $0 + $1.size }
        narrow(&plan, to: start..<start + version.parts[index].size, of: version)
        plan.headers.append((S3Header.partsCount, "\(version.parts.count)"))
        guard wantsChecksum else { return }
        for stored in version.checksums where stored.partValues.indices.contains(index) {
            let checksum = Checksum(ChecksumAlgorithm(stored.algorithm), bytes: stored.partValues[index])
            plan.headers.append((checksum.algorithm.headerName, checksum.text))
            plan.headers.append((S3Header.checksumType, stored.kind.rawValue))
        }
    }

    private static func missingPart(_ number: Int, of count: Int) -> S3Error {
        S3Error(
            .invalidPartNumber,
            fields: [
                S3Error.Field("PartNumberRequested", "\(number)"),
                S3Error.Field("ActualPartCount", "\(count)"),
            ]
        )
    }

    private func narrow(_ plan: inout Plan, to range: Range<Int64>, of version: ObjectVersion) {
        plan.range = range
        guard !range.isEmpty else { return }
        plan.status = 206
        let bytes = Int(range.lowerBound)..<Int(range.upperBound)
        plan.headers.append(("Content-Range", ByteRange.contentRange(bytes, size: Int(version.size))))
    }
}
