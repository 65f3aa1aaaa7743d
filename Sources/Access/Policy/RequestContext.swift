/// What conditions and policy variables can ask about a request.
///
/// Asked only when a policy's condition or variable needs it, so values may be computed then.
package protocol RequestContext {
    /// The values of a condition key, such as `aws:sourceip` or `s3:existingobjecttag/project`; `nil` when the
    /// request has no such key. `key` is in small letters throughout, also behind a `/`.
    func values(of key: String) -> [String]?
}

/// A context without any key.
package struct EmptyContext: RequestContext, Sendable {
    package init() {}
    package func values(of key: String) -> [String]? { nil }
}

/// Keys and their values, written out.
package struct FixedContext: RequestContext, Sendable {
    private let values: [String: [String]]

    /// Keys in any letters; of two spellings of one key the later one wins.
    package init(_ values: KeyValuePairs<String, [String]>) {
        self.values = Dictionary(values.map { ($0.key.lowercased(), $0.value) }) { _, later in later }
    }

    package func values(of key: String) -> [String]? { values[key] }
}
