/// What a request is about: the server, a bucket, or an object.
///
///     Host: localhost:9000        /photos/a%20b   →  photos, "a b"     path style
///     Host: photos.s3.example.com /a%20b          →  photos, "a b"     virtual-host style
package struct S3Path: Sendable, Hashable {
    /// The longest key, in bytes of UTF-8.
    package static let keySizeMax = 1024

    /// `nil` for the server itself. Not checked against any rule.
    package let bucket: String?
    /// `nil` for the bucket itself; never empty. Compare keys by their UTF-8: `==` of `String` takes a
    /// composed and a decomposed é for the same.
    package let key: String?
    /// Whether the bucket was in the Host header.
    package let isVirtualHost: Bool

    /// - Parameter path: the target up to `?`, as sent.
    /// - Parameter host: the Host header.
    /// - Parameter domains: those below which a label is a bucket, without port. Where two fit, the longest
    ///   counts. A bare domain, an IP address and any other host mean path style.
    /// - Throws: ``S3Error/Code-swift.enum/invalidURI``; ``S3Error/Code-swift.enum/keyTooLong``.
    package init(path: ArraySlice<UInt8>, host: String?, domains: [String]) throws(S3Error) {
        guard path.first == UInt8(ascii: "/") else { throw S3Error(.invalidURI) }
        let path = path.dropFirst()
        if let bucket = host.flatMap({ S3Path.bucket(inHost: $0, domains: domains) }) {
            self.bucket = bucket
            isVirtualHost = true
            key = try S3Path.key(path)
            return
        }
        isVirtualHost = false
        let name = path.prefix { $0 != UInt8(ascii: "/") }
        guard !path.isEmpty else {
            (bucket, key) = (nil, nil)
            return
        }
        bucket = try decodedText(name, of: "path")
        key = try S3Path.key(path.dropFirst(name.count + 1))
    }

    private static func key(_ raw: ArraySlice<UInt8>) throws(S3Error) -> String? {
        let key = try decodedText(raw, of: "path")
        guard key.utf8.count <= keySizeMax else {
            throw S3Error(
                .keyTooLong,
                fields: [
                    S3Error.Field("Size", String(key.utf8.count)),
                    S3Error.Field("MaxSizeAllowed", String(keySizeMax)),
                ]
            )
        }
        return key.isEmpty ? nil : key
    }

    /// The label or labels before one of the domains; `nil` for path style.
    package static func bucket(inHost host: String, domains: [String]) -> String? {
        let name = hostName(host).lowercased()
        guard !BucketName.isIPv4Address(name), !name.hasPrefix("[") else { return nil }
        let fitting = domains.map { $0.lowercased() }.filter { name == $0 || name.hasSuffix(".\($0)") }
        guard let domain = fitting.max(by: { $0.utf8.count < $1.utf8.count }), name != domain else {
            return nil
        }
        let bucket = name.dropLast(domain.utf8.count + 1)
        return bucket.isEmpty ? nil : String(bucket)
    }

    /// The Host header without its port.
    private static func hostName(_ host: String) -> Substring {
        guard let colon = host.lastIndex(of: ":") else { return host[...] }
        let port = host[host.index(after: colon)...]
        let isPort = port.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isPort ? host[..<colon] : host[...]
    }
}
