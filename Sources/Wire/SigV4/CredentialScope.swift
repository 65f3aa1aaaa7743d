/// Where and when a signing key is good: `20150830/us-east-1/s3/aws4_request`.
package struct CredentialScope: Sendable, Hashable {
    /// Eight digits, as in `20150830`.
    package let date: String
    package let region: String
    package let service: String

    static let terminator = "aws4_request"

    package init(date: String, region: String, service: String) {
        self.date = date
        self.region = region
        self.service = service
    }

    package var text: String { "\(date)/\(region)/\(service)/\(Self.terminator)" }

    /// Takes `access-key/date/region/service/aws4_request` apart from its end, since an access key may
    /// hold slashes. `nil` when a piece is missing, or another than the region is empty: minio-py's administration
    /// client signs for no region at all.
    static func split(credential: some StringProtocol) -> (accessKey: String, scope: CredentialScope)? {
        let parts = credential.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count >= 5, parts[parts.count - 1] == terminator else { return nil }
        let accessKey = parts[..<(parts.count - 4)].joined(separator: "/")
        let scope = CredentialScope(
            date: parts[parts.count - 4],
            region: parts[parts.count - 3],
            service: parts[parts.count - 2]
        )
        guard !accessKey.isEmpty, !scope.service.isEmpty,
            scope.date.utf8.count == 8,
            scope.date.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return (accessKey, scope)
    }
}
