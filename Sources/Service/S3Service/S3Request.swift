internal import Base
package import HTTP
package import S3API
package import SigV4

/// A request as operations see it: whom it is about is known, nothing else is interpreted yet.
package struct S3Request: Sendable {
    package let head: RequestHead
    /// From the path or from the host; `nil` where the request is about the server.
    package let bucket: String?
    /// Decoded, never empty; `nil` where the request is about the bucket.
    package private(set) var key: String?
    package let query: QueryString
    /// How the request says it is signed; checked or not.
    package let signatureKind: SignatureKind
    /// What the verified signature says of the body; `nil` without a version 4 signature.
    package var payload: PayloadKind?
    /// `http` or `https`.
    package let scheme: String
    /// Whether the bucket stands in the host name, and so not in the path.
    private let isVirtualHost: Bool
    /// Whether headers mean nothing but who sends them.
    private let ignoresHeaders: Bool
    /// What stands in the place of the headers of an upload by a form, once it was read.
    package private(set) var form: UploadForm?

    /// - Parameters:
    ///   - bucket, key: as the path or the host name them; empty counts as not named.
    ///   - isVirtualHost: whether the bucket stands in the host name.
    ///   - ignoresQuery: whether the query means nothing where the request came in.
    ///   - ignoresHeaders: whether it is about the resource as it is, whatever the headers ask for.
    package init(
        _ head: RequestHead,
        bucket: String?,
        key: String?,
        signatureKind: SignatureKind,
        payload: PayloadKind? = nil,
        scheme: String = "http",
        isVirtualHost: Bool = false,
        ignoresQuery: Bool = false,
        ignoresHeaders: Bool = false
    ) throws(S3Error) {
        precondition(key?.isEmpty ?? true || bucket?.isEmpty == false, "a key is in a bucket")
        self.head = head
        self.bucket = bucket?.isEmpty == false ? bucket : nil
        self.key = key?.isEmpty == false ? key : nil
        query = try QueryString(ignoresQuery ? [] : head.query ?? [])
        self.signatureKind = signatureKind
        self.payload = payload
        self.scheme = scheme
        self.isVirtualHost = isVirtualHost
        self.ignoresHeaders = ignoresHeaders
    }

    package var method: RequestMethod { head.method }

    package var level: Route.Level {
        if key != nil { return .object }
        return bucket == nil ? .service : .bucket
    }

    /// The bucket that a route of the levels bucket and object promises.
    package var requiredBucket: String {
        guard let bucket else { preconditionFailure("the route has a bucket") }
        return bucket
    }

    /// The key that a route of the level object promises.
    package var requiredKey: String {
        guard let key else { preconditionFailure("the route has a key") }
        return key
    }

    package var object: ObjectAddress { ObjectAddress(bucket: requiredBucket, key: requiredKey) }

    /// Where the client finds the object, by the name by which it called: as in `http://localhost:9000/bucket/key`.
    package var objectLocation: String {
        let host = head.host.map { String(decoding: $0, as: UTF8.self) } ?? ""
        let bucket = isVirtualHost ? "" : "/\(requiredBucket)"
        let key = PercentCoding.encode(Array(requiredKey.utf8), keepingSlashes: true)
        return "\(scheme)://\(host)\(bucket)/\(String(decoding: key, as: UTF8.self))"
    }

    package var isAnonymous: Bool { signatureKind == .anonymous }

    /// Whether it has a form for its body.
    package var hasForm: Bool {
        guard let type = head.text(of: .contentType) else { return false }
        return type.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
            == "multipart/form-data"
    }

    /// The request with the form that its body began with: about the object that the form names, and with its fields for
    /// headers.
    ///
    /// - Throws: what is wrong with the key.
    package func carrying(_ form: UploadForm) throws(S3Error) -> S3Request {
        var request = self
        request.key = try form.key
        request.form = try form.withTaggingHeader()
        return request
    }

    /// The value of the first header of that name, which is given in lower case. In a presigned URL the
    /// x-amz-… headers may stand in the query: SDKs move them there, and the signature covers them.
    package func header(_ name: String) -> String? {
        if !Self.describesSender(name) {
            guard !ignoresHeaders else { return nil }
            if let form { return form.header(name) }
        }
        guard let field = HeaderName(validating: name) else { return nil }
        if let text = head.text(of: field) { return text }
        guard isPresigned, name.hasPrefix("x-amz-") else { return nil }
        return query.items.first { $0.name.lowercased() == name && !QueryParameter.isOfSignature($0.name) }?
            .value
    }

    /// The object that is copied, as the header has it; `nil` for what copies nothing. Elsewhere the header means nothing
    /// and could be made up.
    package var copySource: String? {
        guard method == .put, level == .object, form == nil, let text = header(S3Header.copySource) else {
            return nil
        }
        return Subresource.named(in: query).isEmpty ? text : nil
    }

    /// Every header whose lower-case name starts with `prefix`, names in lower case, in the order sent; values
    /// as bytes. With those of a presigned URL, as in ``header(_:)``.
    package func headers(startingWith prefix: String) -> [(name: String, value: [UInt8])] {
        guard !ignoresHeaders else { return [] }
        if let form {
            return form.fields.filter { $0.name.hasPrefix(prefix) }.map { ($0.name, Array($0.value.utf8)) }
        }
        var found: [(name: String, value: [UInt8])] = []
        for field in head.fields {
            guard field.name.count >= prefix.utf8.count else { continue }
            let name = String(decoding: field.name, as: UTF8.self).lowercased()
            if name.hasPrefix(prefix) { found.append((name, Array(field.value))) }
        }
        guard isPresigned, prefix.hasPrefix("x-amz-") else { return found }
        for item in query.items where !QueryParameter.isOfSignature(item.name) {
            let name = item.name.lowercased()
            if name.hasPrefix(prefix) { found.append((name, Array(item.value.utf8))) }
        }
        return found
    }

    /// What a browser says of itself, for which no form has a field.
    private static func describesSender(_ name: String) -> Bool { name == "referer" || name == "user-agent" }

    private var isPresigned: Bool { signatureKind == .queryParameters || signatureKind == .version2Query }
}

extension UploadForm {
    /// What would stand in the header of that name, given in lower case, if the object were put without a form.
    fileprivate func header(_ name: String) -> String? {
        name == S3Header.acl ? self["acl"] ?? self[name] : self[name]
    }
}
