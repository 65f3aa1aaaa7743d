internal import XML

/// How a bucket is served as a web site: the body of PutBucketWebsite and the answer to GetBucketWebsite.
package struct WebsiteConfiguration: Sendable, Hashable {
    package enum Scheme: String, Sendable, CaseIterable {
        case http, https
    }

    package enum Content: Sendable, Hashable {
        /// Every request goes to another host; `nil` keeps the scheme.
        case redirectAll(host: String, scheme: Scheme?)
        case pages(Pages)
    }

    package struct Pages: Sendable, Hashable {
        /// What is appended to the name of a folder; not empty, without `/`.
        package var indexSuffix: String
        /// Of the object that is shown in place of an error; not empty.
        package var errorKey: String?
        /// At most ``WebsiteConfiguration/rulesMax``; the first that applies counts.
        package var rules: [RoutingRule] = []

        package init(indexSuffix: String, errorKey: String? = nil, rules: [RoutingRule] = []) {
            (self.indexSuffix, self.errorKey, self.rules) = (indexSuffix, errorKey, rules)
        }
    }

    package struct RoutingRule: Sendable, Hashable {
        /// What the key starts with; `nil` for any.
        package var keyPrefix: String?
        /// The status that would be answered, 400...599; `nil` applies before anything is looked for.
        package var errorStatus: Int?
        package var redirect: Redirect

        package init(keyPrefix: String? = nil, errorStatus: Int? = nil, redirect: Redirect) {
            (self.keyPrefix, self.errorStatus, self.redirect) = (keyPrefix, errorStatus, redirect)
        }
    }

    /// Where a rule leads to. What is `nil` stays as it was asked for.
    package struct Redirect: Sendable, Hashable {
        package enum Replacement: Sendable, Hashable {
            /// Of the rule's prefix.
            case keyPrefix(String)
            case key(String)
        }

        package var host: String?
        package var scheme: Scheme?
        /// 301...399; 301 where it is not said.
        package var status: Int?
        package var replacement: Replacement?

        package init(
            host: String? = nil,
            scheme: Scheme? = nil,
            status: Int? = nil,
            replacement: Replacement? = nil
        ) {
            (self.host, self.scheme, self.status, self.replacement) = (host, scheme, status, replacement)
        }
    }

    package static let sizeMax = 128 << 10
    package static let rulesMax = 50

    package let content: Content

    package init(_ content: Content) { self.content = content }

    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``, ``S3Error/Code-swift.enum/invalidArgument`` and
    ///   ``S3Error/Code-swift.enum/invalidRequest`` as S3 does.
    package init(parsing body: [UInt8]) throws(S3Error) {
        let root = try parse(body, root: ["WebsiteConfiguration"], sizeMax: Self.sizeMax)
        try root.allow(["RedirectAllRequestsTo", "IndexDocument", "ErrorDocument", "RoutingRules"])
        if let target = root.child("RedirectAllRequestsTo") {
            guard root.children.count == 1 else {
                throw S3Error(
                    .invalidRequest,
                    "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules."
                )
            }
            try target.allow(["HostName", "Protocol"])
            guard let host = try Self.host(target) else { throw S3Error(.malformedXML) }
            content = .redirectAll(host: host, scheme: try Self.scheme(target))
            return
        }
        content = .pages(
            Pages(
                indexSuffix: try Self.indexSuffix(root),
                errorKey: try root.child("ErrorDocument").map { (element) throws(S3Error) in
                    guard let key = element.text(of: "Key"), !key.isEmpty else {
                        throw S3Error(.malformedXML)
                    }
                    return key
                },
                rules: try Self.rules(root)
            )
        )
    }

    private static func indexSuffix(_ root: XMLElement) throws(S3Error) -> String {
        guard let element = root.child("IndexDocument") else {
            throw S3Error(
                .invalidArgument,
                "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
                fields: [S3Error.Field("ArgumentName", "IndexDocument")]
            )
        }
        guard let suffix = element.text(of: "Suffix"), !suffix.isEmpty,
            !suffix.utf8.contains(UInt8(ascii: "/"))
        else {
            throw S3Error(
                .invalidArgument,
                "The IndexDocument Suffix is not well formed",
                fields: [S3Error.Field("ArgumentName", "IndexDocument")]
            )
        }
        return suffix
    }

    private static func rules(_ root: XMLElement) throws(S3Error) -> [RoutingRule] {
        guard let list = root.child("RoutingRules") else { return [] }
        try list.allow(["RoutingRule"], repeating: ["RoutingRule"])
        guard !list.children.isEmpty else { throw S3Error(.malformedXML) }
        guard list.children.count <= rulesMax else {
            throw S3Error(
                .invalidRequest,
                "\(list.children.count) routing rules provided, the number of routing rules in a website configuration is limited to \(rulesMax)."
            )
        }
        var rules: [RoutingRule] = []
        for element in list.children { rules.append(try rule(element)) }
        return rules
    }

    private static func rule(_ element: XMLElement) throws(S3Error) -> RoutingRule {
        try element.allow(["Condition", "Redirect"])
        guard let redirect = element.child("Redirect") else { throw S3Error(.malformedXML) }
        var rule = RoutingRule(redirect: try Self.redirect(redirect))
        guard let condition = element.child("Condition") else { return rule }
        try condition.allow(["KeyPrefixEquals", "HttpErrorCodeReturnedEquals"])
        rule.keyPrefix = condition.text(of: "KeyPrefixEquals")
        if let text = condition.trimmedText(of: "HttpErrorCodeReturnedEquals") {
            guard let status = Int(text), (400...599).contains(status) else {
                throw S3Error(
                    .invalidRequest,
                    "The provided HTTP error code (\(text)) is not valid. Valid codes are 4XX or 5XX."
                )
            }
            rule.errorStatus = status
        }
        guard rule.keyPrefix != nil || rule.errorStatus != nil else {
            throw S3Error(
                .invalidRequest,
                "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present."
            )
        }
        return rule
    }

    private static func redirect(_ element: XMLElement) throws(S3Error) -> Redirect {
        try element.allow([
            "HostName", "Protocol", "HttpRedirectCode", "ReplaceKeyPrefixWith", "ReplaceKeyWith",
        ])
        guard !element.children.isEmpty else { throw S3Error(.malformedXML) }
        var redirect = Redirect(host: try host(element), scheme: try scheme(element))
        if let text = element.trimmedText(of: "HttpRedirectCode") {
            guard let status = Int(text), (301...399).contains(status), status != 304 else {
                throw S3Error(
                    .invalidRequest,
                    "The provided HTTP redirect code (\(text)) is not valid. Valid codes are 3XX except 300."
                )
            }
            redirect.status = status
        }
        switch (element.text(of: "ReplaceKeyPrefixWith"), element.text(of: "ReplaceKeyWith")) {
        case (nil, nil): break
        case (let prefix?, nil): redirect.replacement = .keyPrefix(prefix)
        case (nil, let key?): redirect.replacement = .key(key)
        case (_?, _?):
            throw S3Error(
                .invalidRequest,
                "You can only define ReplaceKeyPrefix or ReplaceKey but not both."
            )
        }
        return redirect
    }

    /// It becomes part of a header, so nothing may be in it that does not belong in a host's name.
    private static func host(_ element: XMLElement) throws(S3Error) -> String? {
        guard let host = element.trimmedText(of: "HostName") else { return nil }
        let isPlain = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
                true
            default: false
            }
        }
        guard isPlain, (1...255).contains(host.utf8.count) else {
            throw S3Error(.invalidRequest, "The HostName is not the name of a host.")
        }
        return host
    }

    private static func scheme(_ element: XMLElement) throws(S3Error) -> Scheme? {
        guard let text = element.trimmedText(of: "Protocol") else { return nil }
        guard let scheme = Scheme(rawValue: text) else {
            throw S3Error(
                .invalidRequest,
                "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically."
            )
        }
        return scheme
    }
}

extension WebsiteConfiguration {
    /// Also the form in which drives keep it.
    package var xml: [UInt8] {
        document("WebsiteConfiguration") { writer in
            switch content {
            case .redirectAll(let host, let scheme):
                writer.element("RedirectAllRequestsTo") { writer in
                    writer.element("HostName", host)
                    writer.element(ifPresent: "Protocol", scheme?.rawValue)
                }
            case .pages(let pages): writer.content(pages)
            }
        }
    }
}

extension XMLWriter {
    fileprivate mutating func content(_ pages: WebsiteConfiguration.Pages) {
        element("IndexDocument") { $0.element("Suffix", pages.indexSuffix) }
        if let key = pages.errorKey { element("ErrorDocument") { $0.element("Key", key) } }
        guard !pages.rules.isEmpty else { return }
        element("RoutingRules") { writer in
            for rule in pages.rules { writer.element(rule) }
        }
    }

    private mutating func element(_ rule: WebsiteConfiguration.RoutingRule) {
        element("RoutingRule") { writer in
            if rule.keyPrefix != nil || rule.errorStatus != nil {
                writer.element("Condition") { writer in
                    writer.element(ifPresent: "KeyPrefixEquals", rule.keyPrefix)
                    writer.element(ifPresent: "HttpErrorCodeReturnedEquals", rule.errorStatus.map { "\($0)" })
                }
            }
            writer.element("Redirect") { writer in
                let redirect = rule.redirect
                writer.element(ifPresent: "HostName", redirect.host)
                writer.element(ifPresent: "HttpRedirectCode", redirect.status.map { "\($0)" })
                writer.element(ifPresent: "Protocol", redirect.scheme?.rawValue)
                switch redirect.replacement {
                case .keyPrefix(let prefix): writer.element("ReplaceKeyPrefixWith", prefix)
                case .key(let key): writer.element("ReplaceKeyWith", key)
                case nil: break
                }
            }
        }
    }
}
