internal import Base

/// How a request says who sends it.
package enum SignatureKind: Sendable, Hashable {
    /// No signature: whatever policies allow anybody.
    case anonymous
    /// `Authorization: AWS4-HMAC-SHA256 …`
    case authorizationHeader
    /// `X-Amz-Algorithm` and its like in the query: a presigned URL.
    case queryParameters
    /// `Authorization: AWS key:signature`
    case version2Header
    /// `AWSAccessKeyId`, `Expires` and `Signature` in the query.
    case version2Query
    /// An Authorization header of another scheme, such as `Bearer`.
    case otherScheme

    /// Looks at the request without checking anything.
    ///
    /// - Throws: ``SigV4Error/severalSignatures`` when header and query both claim to sign it.
    package init(of request: some SignableRequest) throws(SigV4Error) {
        let header = request.value(of: SignatureField.authorization)
        let query = Self.inQuery(request.queryBytes)
        guard let header else {
            self = query ?? .anonymous
            return
        }
        guard query == nil else { throw .severalSignatures }
        if header.hasPrefix("AWS4-") {
            self = .authorizationHeader
        } else {
            self = header.hasPrefix("AWS ") ? .version2Header : .otherScheme
        }
    }

    private static func inQuery(_ query: ArraySlice<UInt8>) -> SignatureKind? {
        var kind: SignatureKind?
        for item in query.split(separator: UInt8(ascii: "&")) {
            let name = item.prefix { $0 != UInt8(ascii: "=") }
            guard name.count <= 3 * QueryParameter.credential.utf8.count else { continue }
            switch PercentCoding.decode(name).map({ String(decoding: $0, as: UTF8.self) }) {
            case QueryParameter.algorithm, QueryParameter.credential, QueryParameter.signature:
                return .queryParameters
            case QueryParameter.version2AccessKey: kind = .version2Query
            default: continue
            }
        }
        return kind
    }
}

/// The names of fields that signatures are made of, in lower case.
package enum SignatureField {
    package static let authorization = "authorization"
    package static let date = "date"
    package static let host = "host"
    package static let amzDate = "x-amz-date"
    package static let contentSHA256 = "x-amz-content-sha256"
    package static let decodedContentLength = "x-amz-decoded-content-length"
    package static let securityToken = "x-amz-security-token"
    package static let trailer = "x-amz-trailer"
    package static let trailerSignature = "x-amz-trailer-signature"
}

/// The names of presigned URLs' parameters; they are case-sensitive.
package enum QueryParameter {
    package static let algorithm = "X-Amz-Algorithm"
    package static let credential = "X-Amz-Credential"
    package static let date = "X-Amz-Date"
    package static let expires = "X-Amz-Expires"
    package static let signedHeaders = "X-Amz-SignedHeaders"
    package static let signature = "X-Amz-Signature"
    package static let securityToken = "X-Amz-Security-Token"
    package static let contentSHA256 = "X-Amz-Content-Sha256"
    package static let version2AccessKey = "AWSAccessKeyId"
    package static let version2Expires = "Expires"
    package static let version2Signature = "Signature"

    /// Whether a parameter belongs to the signature rather than to the operation.
    package static func isOfSignature(_ name: String) -> Bool {
        switch name {
        case algorithm, credential, date, expires, signedHeaders, signature, securityToken, contentSHA256,
            version2AccessKey, version2Signature:
            true
        default: false
        }
    }
}
