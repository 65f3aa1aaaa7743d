internal import XML

/// Which scripts of other origins a browser lets talk to a bucket: the body of PutBucketCors and the answer to
/// GetBucketCors.
package struct CORSConfiguration: Sendable, Hashable {
    package static let sizeMax = 64 << 10
    package static let ruleCountMax = 100

    /// The first that fits counts. Never empty.
    package let rules: [CORSRule]

    package init(_ rules: [CORSRule]) {
        precondition(!rules.isEmpty)
        self.rules = rules
    }

    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``; ``S3Error/Code-swift.enum/invalidRequest`` for a method that
    ///   is none of S3's and for more wildcards than one.
    package init(parsing body: [UInt8]) throws(S3Error) {
        let root = try parse(body, root: ["CORSConfiguration"], sizeMax: Self.sizeMax)
        let elements = root.children(named: "CORSRule")
        guard (1...Self.ruleCountMax).contains(elements.count) else {
            throw S3Error(.malformedXML, "There must be 1 to \(Self.ruleCountMax) rules.")
        }
        var rules: [CORSRule] = []
        for element in elements { rules.append(try CORSRule(element)) }
        self.rules = rules
    }

    /// Also the form in which drives keep it.
    package var xml: [UInt8] {
        document("CORSConfiguration") { writer in
            for rule in rules { writer.element("CORSRule") { rule.write(to: &$0) } }
        }
    }

    /// The first rule that allows a request.
    package func rule(allowing request: CORSRequest) -> CORSRule? { rules.first { $0.allows(request) } }
}

/// What a browser tells of a script's request.
package struct CORSRequest: Sendable, Hashable {
    package let origin: String
    /// The one the script wants to use.
    package let method: String
    /// The headers it wants to send, in small letters.
    package let headers: [String]

    package init(origin: String, method: String, headers: [String] = []) {
        (self.origin, self.method, self.headers) = (origin, method, headers)
    }
}

package struct CORSRule: Sendable, Hashable {
    package static let idSizeMax = 255

    package var id: String?
    package var origins: [String]
    package var methods: [String]
    /// What a script may send.
    package var headers: [String] = []
    /// What a script may read.
    package var exposedHeaders: [String] = []
    package var maxAgeSeconds: Int32?

    package init(origins: [String], methods: [String]) { (self.origins, self.methods) = (origins, methods) }

    package func allows(_ request: CORSRequest) -> Bool {
        origin(for: request.origin) != nil && methods.contains(request.method)
            && request.headers.allSatisfy { name in
                headers.contains { wildcard($0.lowercased(), matches: name) }
            }
    }

    /// What the answer says the origin is: itself, or `*` where every one is meant. `nil` where it is not allowed.
    package func origin(for origin: String) -> String? {
        guard let pattern = origins.first(where: { wildcard($0, matches: origin) }) else { return nil }
        return pattern == "*" ? "*" : origin
    }
}

// MARK: the document

extension CORSRule {
    private static let methodNames: Set<String> = ["GET", "PUT", "POST", "DELETE", "HEAD"]

    fileprivate init(_ element: XMLElement) throws(S3Error) {
        func texts(_ name: String) -> [String] { element.children(named: name).map(\.trimmedText) }
        id = element.trimmedText(of: "ID")
        origins = texts("AllowedOrigin")
        methods = texts("AllowedMethod")
        headers = texts("AllowedHeader")
        exposedHeaders = texts("ExposeHeader")
        maxAgeSeconds = try element.trimmedText(of: "MaxAgeSeconds").map { (text) throws(S3Error) in
            guard let seconds = Int32(text), seconds >= 0 else {
                throw S3Error(.malformedXML, "MaxAgeSeconds must be a whole number, 0 or more.")
            }
            return seconds
        }
        try check()
    }

    private func check() throws(S3Error) {
        guard id?.utf8.count ?? 0 <= Self.idSizeMax else {
            throw S3Error(.malformedXML, "The ID of a rule has at most \(Self.idSizeMax) characters.")
        }
        guard !methods.isEmpty, !origins.isEmpty else {
            throw S3Error(.malformedXML, "A rule needs an AllowedMethod and an AllowedOrigin.")
        }
        for method in methods where !Self.methodNames.contains(method) {
            throw S3Error(
                .invalidRequest,
                "Found unsupported HTTP method in CORS config. Unsupported method is \(method)"
            )
        }
        for origin in origins { try checkWildcards(origin, in: "AllowedOrigin") }
        for header in headers { try checkWildcards(header, in: "AllowedHeader") }
        for header in exposedHeaders where header.utf8.contains(UInt8(ascii: "*")) {
            throw S3Error(
                .invalidRequest,
                "ExposeHeader \"\(header)\" contains wildcard. We currently do not support wildcard for ExposeHeader."
            )
        }
        guard (origins + headers + exposedHeaders).allSatisfy({ $0.canBeWord }) else {
            throw S3Error(.malformedXML, "Origins and headers have letters, digits and signs of ASCII only.")
        }
    }

    private func checkWildcards(_ text: String, in element: String) throws(S3Error) {
        guard text.utf8.count(where: { $0 == UInt8(ascii: "*") }) > 1 else { return }
        throw S3Error(.invalidRequest, "\(element) \"\(text)\" can not have more than one wildcard.")
    }

    fileprivate func write(to writer: inout XMLWriter) {
        writer.element(ifPresent: "ID", id)
        for header in headers { writer.element("AllowedHeader", header) }
        for method in methods { writer.element("AllowedMethod", method) }
        for origin in origins { writer.element("AllowedOrigin", origin) }
        for header in exposedHeaders { writer.element("ExposeHeader", header) }
        if let maxAgeSeconds { writer.element("MaxAgeSeconds", maxAgeSeconds) }
    }
}

extension String {
    /// Not empty, and nothing in it that would end it in a list of a header.
    fileprivate var canBeWord: Bool {
        !isEmpty && utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ",") }
    }
}

/// At most one `*` stands for anything, also for nothing.
private func wildcard(_ pattern: String, matches text: String) -> Bool {
    let (pattern, text) = (pattern.utf8, text.utf8)
    guard let star = pattern.firstIndex(of: UInt8(ascii: "*")) else { return pattern.elementsEqual(text) }
    let (head, tail) = (pattern[..<star], pattern[pattern.index(after: star)...])
    return text.count >= head.count + tail.count && text.starts(with: head)
        && text.suffix(tail.count).elementsEqual(tail)
}
