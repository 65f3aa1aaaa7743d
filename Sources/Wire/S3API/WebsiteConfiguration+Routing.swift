internal import Base

extension WebsiteConfiguration {
    /// What a browser asked for.
    package struct Visit: Sendable {
        package let scheme: Scheme
        /// With its port, as the browser wrote it.
        package let host: String
        /// Decoded, without the `/` in front; may be empty.
        package let key: String
        /// As it was sent, without `?`.
        package let query: String?

        package init(scheme: Scheme, host: String, key: String, query: String?) {
            (self.scheme, self.host, self.key, self.query) = (scheme, host, key, query)
        }
    }

    /// Where a browser is sent instead.
    package struct Target: Sendable, Hashable {
        package let status: Int
        /// Printable ASCII only, fit for a header.
        package let location: String

        package init(status: Int, location: String) { (self.status, self.location) = (status, location) }
    }
}

extension WebsiteConfiguration.Visit {
    /// Where a site leads that has no pages of its own.
    package func target(host: String, scheme: WebsiteConfiguration.Scheme?) -> WebsiteConfiguration.Target {
        .init(status: 301, location: location(scheme ?? self.scheme, host, key))
    }

    /// The first of the rules that applies.
    ///
    /// - Parameter errorStatus: what would be answered; `nil` before anything was looked for.
    package func target(
        by rules: [WebsiteConfiguration.RoutingRule],
        errorStatus: Int?
    ) -> WebsiteConfiguration.Target? {
        let rule = rules.first { rule in
            rule.errorStatus == errorStatus && key.utf8.starts(with: (rule.keyPrefix ?? "").utf8)
        }
        guard let rule else { return nil }
        let redirect = rule.redirect
        let newKey =
            switch redirect.replacement {
            case .key(let replacement): replacement
            case .keyPrefix(let prefix):
                prefix + String(decoding: key.utf8.dropFirst(rule.keyPrefix?.utf8.count ?? 0), as: UTF8.self)
            case nil: key
            }
        return .init(
            status: redirect.status ?? 301,
            location: location(redirect.scheme ?? scheme, redirect.host ?? host, newKey)
        )
    }

    private func location(_ scheme: WebsiteConfiguration.Scheme, _ host: String, _ key: String) -> String {
        let path = String(decoding: PercentCoding.encode(key.utf8, keepingSlashes: true), as: UTF8.self)
        let query = query.map { "?\($0)" } ?? ""
        return "\(scheme.rawValue)://\(host)/\(path)\(query)"
    }
}
