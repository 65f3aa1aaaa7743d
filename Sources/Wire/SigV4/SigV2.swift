package import Base
internal import Cryptography

/// AWS signatures, version 2, for the clients that still have nothing else.
///
///     GET ␊ Content-MD5 ␊ Content-Type ␊ Date or Expires ␊ x-amz-…:value ␊ … /bucket/key?acl
///
/// Read the claim, look the secret up, then ``verify(secret:for:virtualHostBucket:)``. The body is never
/// under a version 2 signature.
package struct SigV2: Sendable {
    package let accessKey: String
    /// ``SignatureKind/version2Header`` or ``SignatureKind/version2Query``.
    package let kind: SignatureKind
    package let sessionToken: String?
    private let signature: [UInt8]
    /// What stands in the place of the date: empty when x-amz-date is there, as that is signed itself.
    private let date: String

    /// The query parameters under the signature: sub-resources and what changes the answer's headers.
    static let signedParameters: Set<String> = [
        "accelerate", "acl", "analytics", "cors", "defaultObjectAcl", "delete", "encryption", "inventory",
        "legal-hold", "lifecycle", "location", "logging", "metrics", "notification", "object-lock",
        "partNumber", "policy", "replication", "requestPayment", "response-cache-control",
        "response-content-disposition", "response-content-encoding", "response-content-language",
        "response-content-type", "response-expires", "restore", "retention", "select", "select-type",
        "storageClass", "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning", "versions",
        "website",
    ]

    package init(of request: some SignableRequest, kind: SignatureKind, now: Timestamp) throws(SigV4Error) {
        switch kind {
        case .version2Header:
            let values = request.values(of: SignatureField.authorization)
            let words =
                values.first.map { String(decoding: $0.trimmed, as: UTF8.self) }?.split(separator: " ") ?? []
            guard values.count == 1, words.count == 2, words[0] == "AWS",
                let colon = words[1].lastIndex(of: ":"), colon > words[1].startIndex
            else {
                throw .malformedAuthorization("A version 2 signature is \"AWS <access key>:<signature>\".")
            }
            accessKey = String(words[1][..<colon])
            signature = Array(words[1][words[1].index(after: colon)...].utf8)
            sessionToken = request.value(of: SignatureField.securityToken)
            date = try Self.checkedDate(of: request, now: now)
        case .version2Query:
            let items = try Items(request.queryBytes)
            guard let accessKey = items.single(QueryParameter.version2AccessKey), !accessKey.isEmpty,
                let expires = items.single(QueryParameter.version2Expires),
                let signature = items.single(QueryParameter.version2Signature)
            else {
                throw .malformedQueryParameters(
                    "Query-string authentication needs AWSAccessKeyId, Signature and Expires, once each."
                )
            }
            guard let seconds = decimal(expires), seconds <= 9_223_372_036 else {
                throw .malformedQueryParameters("Expires must be in seconds since 1970.")
            }
            guard now.seconds <= seconds else {
                throw .expired(at: Timestamp(seconds: Int64(seconds)), serverTime: now)
            }
            self.accessKey = accessKey
            self.signature = Array(signature.utf8)
            sessionToken =
                items.single(SignatureField.securityToken) ?? request.value(of: SignatureField.securityToken)
            date = expires
        case .anonymous, .authorizationHeader, .queryParameters, .otherScheme:
            throw .unsupportedAlgorithm(kind)
        }
        self.kind = kind
    }

    /// As the client sent it; for error answers that show it.
    package var signatureText: String { String(decoding: signature, as: UTF8.self) }

    /// The text the client should have signed; for error answers that show it.
    package func stringToSign(
        of request: some SignableRequest,
        virtualHostBucket: String?
    ) throws(SigV4Error) -> [UInt8] {
        try Self.stringToSign(
            of: request,
            date: date,
            virtualHostBucket: virtualHostBucket,
            bucketPath: .asSent,
            emptyValue: .nameOnly
        )
    }

    /// Compares the signature in constant time.
    ///
    /// - Parameter virtualHostBucket: the bucket when it stands in the Host header and not in the path.
    package func verify(
        secret: String,
        for request: some SignableRequest,
        virtualHostBucket: String?
    ) throws(SigV4Error) {
        var bucketPaths = [BucketPath.asSent]
        if virtualHostBucket == nil, request.pathBytes.isBucketWithoutSlash { bucketPaths.append(.withSlash) }
        for bucketPath in bucketPaths {
            for emptyValue in EmptyValue.allCases {
                let text = try Self.stringToSign(
                    of: request,
                    date: date,
                    virtualHostBucket: virtualHostBucket,
                    bucketPath: bucketPath,
                    emptyValue: emptyValue
                )
                if constantTimeEqual(Self.signature(of: text, secret: secret), signature) { return }
            }
        }
        throw .signatureMismatch
    }

    /// How a path that is sent as `/bucket` is signed: botocore signs `/bucket/`, the form it has when the bucket
    /// stands in the host name, and S3 takes both.
    enum BucketPath {
        case asSent
        case withSlash
    }

    /// How a parameter that is sent as `name=` is signed; clients differ.
    enum EmptyValue: CaseIterable {
        case nameOnly
        case asSent
    }

    static func signature(of text: [UInt8], secret: String) -> [UInt8] {
        Array(Base64.standard.encode(HMACSHA1.authenticate(text, key: Array(secret.utf8))).utf8)
    }

    static func stringToSign(
        of request: some SignableRequest,
        date: String,
        virtualHostBucket: String?,
        bucketPath: BucketPath,
        emptyValue: EmptyValue
    ) throws(SigV4Error) -> [UInt8] {
        var text = Array(request.methodText.utf8)
        for piece in [request.value(of: "content-md5"), request.value(of: "content-type"), date] {
            text.append(UInt8(ascii: "\n"))
            text += (piece ?? "").utf8
        }
        text.append(UInt8(ascii: "\n"))
        appendAmzFields(request, to: &text)
        if let virtualHostBucket { text += "/\(virtualHostBucket)".utf8 }
        text += request.pathBytes
        if bucketPath == .withSlash { text.append(UInt8(ascii: "/")) }
        try appendParameters(request.queryBytes, emptyValue, to: &text)
        return text
    }

    /// A time before 1970 is no time of a request to S3, and is answered as if there were none.
    private static func checkedDate(of request: some SignableRequest, now: Timestamp) throws(SigV4Error)
        -> String
    {
        let amzDate = request.value(of: SignatureField.amzDate)
        guard let text = amzDate ?? request.value(of: SignatureField.date),
            let time = requestTime(text), time >= .epoch
        else { throw .missingDate }
        guard abs(now.seconds - time.seconds) <= SignatureRules.skewMaxSeconds else {
            throw .requestTimeTooSkewed(requestTime: time, serverTime: now)
        }
        return amzDate == nil ? text : ""
    }

    /// Lower-case names in order, values of the same name joined by commas, a line each.
    private static func appendAmzFields(_ request: some SignableRequest, to text: inout [UInt8]) {
        var names: Set<String> = []
        for index in 0..<request.fieldCount {
            let name = String(decoding: request.fieldName(at: index).map(\.asciiLowerCased), as: UTF8.self)
            if name.hasPrefix("x-amz-") { names.insert(name) }
        }
        for name in names.sorted() {
            text += "\(name):".utf8
            text += request.values(of: name).map { $0.trimmed }.joined(separator: [UInt8(ascii: ",")])
            text.append(UInt8(ascii: "\n"))
        }
    }

    private static func appendParameters(
        _ query: ArraySlice<UInt8>,
        _ emptyValue: EmptyValue,
        to text: inout [UInt8]
    ) throws(SigV4Error) {
        let items = try Items(query).all.filter { signedParameters.contains($0.name) }
            .sorted { ($0.name, $0.value ?? "") < ($1.name, $1.value ?? "") }
        for (index, item) in items.enumerated() {
            text.append(index == 0 ? UInt8(ascii: "?") : UInt8(ascii: "&"))
            text += item.name.utf8
            guard let value = item.value, !value.isEmpty || emptyValue == .asSent else { continue }
            text.append(UInt8(ascii: "="))
            text += value.utf8
        }
    }
}

extension ArraySlice<UInt8> {
    /// As in `/bucket`.
    fileprivate var isBucketWithoutSlash: Bool { count > 1 && !dropFirst().contains(UInt8(ascii: "/")) }
}

/// The decoded query; a value is `nil` without `=`.
private struct Items {
    var all: [(name: String, value: String?)] = []

    init(_ query: ArraySlice<UInt8>) throws(SigV4Error) {
        for item in query.split(separator: UInt8(ascii: "&")) {
            let rawName = item.prefix { $0 != UInt8(ascii: "=") }
            guard let name = PercentCoding.decode(rawName),
                let value = PercentCoding.decode(item.dropFirst(rawName.count + 1))
            else { throw .malformedTarget }
            all.append(
                (
                    String(decoding: name, as: UTF8.self),
                    rawName.count == item.count ? nil : String(decoding: value, as: UTF8.self)
                )
            )
        }
    }

    func single(_ name: String) -> String? {
        let found = all.filter { $0.name == name }
        return found.count == 1 ? found[0].value : nil
    }
}
