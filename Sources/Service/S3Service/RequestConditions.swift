package import Base
internal import HTTP
internal import IAM
internal import Policy
package import S3API
internal import SigV4

/// What a request answers to the conditions and variables of policies. Values are computed when they are asked for.
///
/// A header or parameter that is there several times counts as operations read it: the first one.
package struct RequestConditions: RequestContext, Sendable {
    private let request: S3Request
    /// Without a port; the client's as trusted proxies tell it.
    package let sourceAddress: String
    private let isTLS: Bool
    private let now: Timestamp
    private let region: String
    /// Of the object that is asked about; `nil` where nobody has looked.
    package var existingTags: Tagging?
    /// Replaces what the request's head says; keys in small letters, an empty list takes the key away.
    package var replaced: [String: [String]] = [:]

    package init(
        _ request: S3Request,
        sourceAddress: String,
        isTLS: Bool,
        now: Timestamp,
        region: String
    ) {
        (self.request, self.sourceAddress) = (request, sourceAddress)
        (self.isTLS, self.now, self.region) = (isTLS, now, region)
    }

    package func values(of key: String) -> [String]? {
        if let values = replaced[key] { return values.isEmpty ? nil : values }
        if key.utf8.starts(with: "s3:".utf8) { return serviceValues(of: String(key.dropFirst(3))) }
        return switch key {
        case "aws:sourceip": [sourceAddress]
        case "aws:securetransport": [isTLS ? "true" : "false"]
        case "aws:referer": header("referer")
        case "aws:useragent": header("user-agent")
        case "aws:currenttime": [now.iso8601Milliseconds]
        case "aws:epochtime": ["\(now.seconds)"]
        case "aws:requestedregion": [region]
        default: nil
        }
    }

    private func serviceValues(of name: String) -> [String]? {
        if let tag = name.suffix(behind: "existingobjecttag/") { return existingTags?.values(of: tag) }
        if let tag = name.suffix(behind: "requestobjecttag/") { return requestTags?.values(of: tag) }
        return switch name {
        case "prefix", "delimiter", "max-keys": listingParameter(name)
        case "versionid": parameter("versionId")
        case "authtype": authenticationType
        case "signatureversion": signatureVersion
        case "signatureage": signatureAge
        case "requestobjecttagkeys":
            requestTags.flatMap { tags in
                tags.tags.isEmpty ? nil : tags.tags.map(\.key)
            }
        case "locationconstraint": isBucketCreation ? [region] : nil
        case "x-amz-copy-source": copySource
        case "object-lock-mode", "object-lock-retain-until-date", "object-lock-legal-hold":
            header("x-amz-\(name)")
        case "object-lock-remaining-retention-days": remainingRetentionDays
        case "if-match", "if-none-match", "x-amz-acl", "x-amz-content-sha256", "x-amz-grant-full-control",
            "x-amz-grant-read", "x-amz-grant-read-acp", "x-amz-grant-write", "x-amz-grant-write-acp",
            "x-amz-metadata-directive", "x-amz-object-ownership", "x-amz-server-side-encryption",
            "x-amz-server-side-encryption-aws-kms-key-id", "x-amz-server-side-encryption-customer-algorithm",
            "x-amz-storage-class", "x-amz-website-redirect-location":
            header(name)
        default: nil
        }
    }

    private func header(_ name: String) -> [String]? { request.header(name).map { [$0] } }

    private func parameter(_ name: String) -> [String]? { request.query[name].map { [$0] } }

    /// Elsewhere the parameter means nothing and could be made up.
    private func listingParameter(_ name: String) -> [String]? {
        request.method == .get && request.level == .bucket ? parameter(name) : nil
    }

    /// The body, which may name another one, comes later; only this one can succeed.
    private var isBucketCreation: Bool { request.method == .put && request.level == .bucket }
}

// MARK: the signature

extension RequestConditions {
    private var authenticationType: [String]? {
        if let form = request.form { return form.signatureVersion == nil ? nil : ["POST"] }
        return switch request.signatureKind {
        case .authorizationHeader, .version2Header: ["REST-HEADER"]
        case .queryParameters, .version2Query: ["REST-QUERY-STRING"]
        case .anonymous, .otherScheme: nil
        }
    }

    private var signatureVersion: [String]? {
        if let form = request.form { return form.signatureVersion.map { [$0] } }
        return switch request.signatureKind {
        case .authorizationHeader, .queryParameters: ["AWS4-HMAC-SHA256"]
        case .version2Header, .version2Query: ["AWS"]
        case .anonymous, .otherScheme: nil
        }
    }

    /// In milliseconds; of presigned URLs only, as in S3.
    private var signatureAge: [String]? {
        guard request.signatureKind == .queryParameters, let text = request.query[QueryParameter.date],
            let signed = Timestamp(iso8601Basic: text)
        else { return nil }
        return ["\((now.nanoseconds - signed.nanoseconds) / 1_000_000)"]
    }
}

// MARK: what is copied, tagged and locked

extension RequestConditions {
    /// `bucket/key`, decoded, whatever way it was written: a condition on it cannot be got around by another spelling.
    private var copySource: [String]? {
        guard let text = request.copySource else { return nil }
        guard let source = try? CopySource(text) else {
            // What is no source is refused before rights are asked for.
            return [text]
        }
        return ["\(source.bucket)/\(source.key)"]
    }

    /// The version that a right to read the source of a copy is about, as a list of one or none; `nil` for every other
    /// right.
    func copySourceVersion(for right: Right) -> [String]? {
        guard let text = request.copySource, case .s3(let action) = right.action,
            action.readsCopySource,
            // A request whose source cannot be read is refused before rights are asked for.
            let source = try? CopySource(text),
            right.resource == .object(bucket: source.bucket, key: source.key)
        else { return nil }
        return source.versionID.map { [$0] } ?? []
    }

    /// Those that a write gives to its object: a copy that takes its source's says nothing of them, and where the body
    /// has them the header means nothing.
    private var requestTags: Tagging? {
        guard request.query["tagging"] == nil else { return nil }
        if request.copySource != nil,
            request.header(S3Header.taggingDirective)?.uppercased() != "REPLACE"
        {
            return nil
        }
        return request.header(S3Header.tagging).flatMap { Tagging(encoded: $0) }
    }

    private var remainingRetentionDays: [String]? {
        guard let text = request.header(S3Header.objectLockRetainUntilDate),
            let date = Timestamp(iso8601: text)
        else { return nil }
        return ["\((date.seconds - now.seconds) / 86_400)"]
    }
}

extension UploadForm {
    /// Its fields name one; whoever asks has checked the signature.
    fileprivate var signatureVersion: String? {
        if self[FormField.signature] != nil { return "AWS4-HMAC-SHA256" }
        return self[FormField.version2Signature] == nil ? nil : "AWS"
    }
}

extension S3Action {
    fileprivate var readsCopySource: Bool {
        self == .getObject || self == .getObjectVersion || self == .getObjectTagging
            || self == .getObjectVersionTagging
    }
}

extension Tagging {
    /// `name` is in small letters, as condition keys know no other.
    fileprivate func values(of name: String) -> [String]? {
        let values = tags.filter { $0.key.lowercased().utf8.elementsEqual(name.utf8) }.map(\.value)
        return values.isEmpty ? nil : values
    }
}

extension String {
    fileprivate func suffix(behind prefix: String) -> String? {
        utf8.starts(with: prefix.utf8) ? String(dropFirst(prefix.count)) : nil
    }
}
