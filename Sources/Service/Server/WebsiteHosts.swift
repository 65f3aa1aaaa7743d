internal import HTTP
internal import S3API

/// Which host names are web sites of buckets.
///
///     photos.s3-website.example.com            SERVER_DOMAINS=example.com
///     photos.s3-website-us-east-1.example.com
///     photos.pages.example.org                 WEBSITE_DOMAINS=pages.example.org
struct WebsiteHosts: Sendable {
    private let domains: [String]

    init(below serverDomains: [String], region: String, others websiteDomains: [String]) {
        domains =
            serverDomains.flatMap { ["s3-website.\($0)", "s3-website-\(region.lowercased()).\($0)"] }
            + websiteDomains
    }

    /// The bucket whose site is meant; `nil` for the S3 API.
    func bucket(of head: RequestHead) -> String? {
        guard !domains.isEmpty, let host = head.host else { return nil }
        return S3Path.bucket(inHost: String(decoding: host, as: UTF8.self), domains: domains)
    }
}
