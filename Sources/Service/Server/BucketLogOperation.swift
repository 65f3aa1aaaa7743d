package import HTTP
internal import S3API
internal import S3Service

/// The names that S3's log has for requests: `REST.`, the method, and what it is about.
package enum BucketLogOperation {
    /// Those of sub-resources that do not follow from their parameter.
    private static let resources = [
        "acl": "ACL", "policy": "BUCKETPOLICY", "policyStatus": "BUCKETPOLICYSTATUS",
        "logging": "LOGGING_STATUS",
        "versions": "BUCKETVERSIONS", "delete": "MULTI_OBJECT_DELETE", "uploads": "UPLOADS",
        "object-lock": "OBJECT_LOCK_CONFIGURATION", "legal-hold": "LEGAL_HOLD",
        "publicAccessBlock": "PUBLIC_ACCESS_BLOCK", "ownershipControls": "OWNERSHIP_CONTROLS",
        "requestPayment": "REQUEST_PAYMENT", "attributes": "OBJECT_ATTRIBUTES",
    ]

    /// - Parameter key: `nil` for a request about the bucket.
    package static func name(_ head: RequestHead, key: String?) -> String {
        var method = "\(head.method)".uppercased()
        // A query that cannot be read names nothing; the request was refused for it.
        let query = try? QueryString(head.query ?? [])
        if head.method == .put, key != nil, head.text(of: copySource) != nil { method = "COPY" }
        return "REST.\(method).\(resource(of: query, isObject: key != nil))"
    }

    /// What a request is about, in S3's words: `OBJECT`, `BUCKETPOLICY`.
    static func resource(of query: QueryString?, isObject: Bool) -> String {
        resource(Set(query?.items.map(\.name) ?? []), isObject: isObject)
    }

    private static let copySource = HeaderName("x-amz-copy-source")

    private static func resource(_ names: Set<String>, isObject: Bool) -> String {
        if names.contains("uploadId") { return names.contains("partNumber") ? "PART" : "UPLOAD" }
        if let name = names.intersection(Subresource.names).min() {
            if isObject, name == "tagging" { return "OBJECT_TAGGING" }
            return resources[name] ?? name.uppercased()
        }
        return isObject ? "OBJECT" : "BUCKET"
    }
}
