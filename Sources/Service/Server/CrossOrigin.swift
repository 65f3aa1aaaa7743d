internal import HTTP
internal import S3API
internal import S3Service

/// What browsers are told of scripts from other origins: in answers to their requests, and before those when a browser
/// asks (a preflight, OPTIONS).
///
/// A preflight never has a signature, so anybody may ask. It tells what the rules say of one origin, method and list of
/// headers, which they are for; it reads nothing else, and answers the same for a bucket that is not there as for one
/// without rules.
struct CrossOrigin: Sendable {
    private static let requestedHeaderCountMax = 100
    private static let vary = (
        name: "Vary", value: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"
    )

    private let buckets: BucketCORS
    /// For buckets without rules, and for the server itself.
    private let fallback: CORSConfiguration?

    /// - Parameter origins: may use what has no rules; `*` for all.
    init(_ buckets: BucketCORS, allowing origins: [String]) {
        self.buckets = buckets
        guard !origins.isEmpty else {
            fallback = nil
            return
        }
        var rule = CORSRule(origins: origins, methods: ["GET", "HEAD", "PUT", "POST", "DELETE"])
        rule.headers = ["*"]
        rule.exposedHeaders = [
            "Accept-Ranges", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Range",
            "Date", "ETag", "Last-Modified", "Retry-After", "Server", S3Header.bucketRegion,
            S3Header.deleteMarker, S3Header.hostID, S3Header.requestID, S3Header.versionID,
        ]
        fallback = CORSConfiguration([rule])
    }

    /// Whether it is one of the headers made here.
    static func isOwn(_ name: String) -> Bool {
        name == vary.name || name.utf8.starts(with: "Access-Control-".utf8)
    }

    private func configuration(_ bucket: String?) -> CORSConfiguration? {
        guard let bucket else { return fallback }
        switch buckets.rules(ofBucket: bucket) {
        case .none: return fallback
        case .document(let configuration): return configuration
        case .unreadable: return nil
        }
    }

    /// Headers for the answer to a request, whatever that is.
    func headers(for head: RequestHead, bucket: String?) -> [(name: String, value: String)] {
        guard let configuration = configuration(bucket) else { return [] }
        guard let origin = head.text(of: "Origin") else { return [Self.vary] }
        // As in S3, the method that a preflight would name counts if it is named here.
        let method = head.text(of: "Access-Control-Request-Method") ?? "\(head.method)"
        let request = CORSRequest(origin: origin, method: method)
        guard let rule = configuration.rule(allowing: request) else { return [Self.vary] }
        return headers(rule, request)
    }

    /// The answer to OPTIONS.
    ///
    /// - Throws: BadRequest for one that is no preflight; AccessForbidden where no rule allows what it asks for.
    func preflight(_ head: RequestHead, bucket: String?, isObject: Bool) throws(S3Error) -> S3Response {
        guard let origin = head.text(of: "Origin"), !origin.isEmpty else {
            throw S3Error(.badRequest, "Insufficient information. Origin request header needed.")
        }
        guard let method = head.text(of: "Access-Control-Request-Method"), !method.isEmpty else {
            throw S3Error(.badRequest, "Invalid Access-Control-Request-Method: null")
        }
        let names = (head.text(of: "Access-Control-Request-Headers") ?? "").utf8
            .split(separator: UInt8(ascii: ","))
            .map { String(decoding: $0.filter { $0 > 0x20 }, as: UTF8.self).lowercased() }
            .filter { !$0.isEmpty }
        guard names.count <= Self.requestedHeaderCountMax else {
            throw S3Error(.badRequest, "Access-Control-Request-Headers names too many headers.")
        }
        let request = CORSRequest(origin: origin, method: method, headers: names)
        let fields = [
            S3Error.Field("Method", method),
            S3Error.Field("ResourceType", isObject ? "OBJECT" : bucket == nil ? "SERVICE" : "BUCKET"),
        ]
        guard let configuration = configuration(bucket) else {
            throw S3Error(
                .accessForbidden,
                "CORSResponse: CORS is not enabled for this bucket.",
                fields: fields
            )
        }
        guard let rule = configuration.rule(allowing: request) else {
            throw S3Error(
                .accessForbidden,
                "CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
                fields: fields,
                headers: [S3Error.Field(Self.vary.name, Self.vary.value)]
            )
        }
        return S3Response(headers: headers(rule, request))
    }

    private func headers(_ rule: CORSRule, _ request: CORSRequest) -> [(name: String, value: String)] {
        let origin = rule.origin(for: request.origin) ?? request.origin
        var headers = [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Methods", rule.methods.joined(separator: ", ")),
        ]
        if !request.headers.isEmpty {
            headers.append(("Access-Control-Allow-Headers", request.headers.joined(separator: ", ")))
        }
        if !rule.exposedHeaders.isEmpty {
            headers.append(("Access-Control-Expose-Headers", rule.exposedHeaders.joined(separator: ", ")))
        }
        if let seconds = rule.maxAgeSeconds { headers.append(("Access-Control-Max-Age", "\(seconds)")) }
        // Browsers take no credentials' answer for every origin.
        if origin != "*" { headers.append(("Access-Control-Allow-Credentials", "true")) }
        return headers + [Self.vary]
    }
}
