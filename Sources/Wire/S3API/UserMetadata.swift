/// The x-amz-meta-* headers of an object.
package struct UserMetadata: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        /// In lower case, without the prefix; not empty.
        package let name: String
        package let value: String
    }

    /// All names (without prefix) and values together, in bytes.
    package static let sizeMax = 2048

    /// In the order first sent; every name once.
    package let entries: [Entry]

    /// Picks what is metadata from all headers, names in any case; a name sent several times gets its
    /// values joined by commas.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/metadataTooLarge``; ``S3Error/Code-swift.enum/invalidArgument``
    ///   for the bare prefix.
    package init(headers: some Sequence<(name: String, value: String)>) throws(S3Error) {
        var names: [String] = []
        var values: [String: String] = [:]
        for header in headers {
            let fullName = header.name.lowercased()
            guard fullName.hasPrefix(S3Header.metadataPrefix) else { continue }
            let name = String(fullName.dropFirst(S3Header.metadataPrefix.utf8.count))
            guard !name.isEmpty else {
                throw S3Error(.invalidArgument, "A metadata header needs a name behind x-amz-meta-.")
            }
            if let value = values[name] {
                values[name] = "\(value),\(header.value)"
            } else {
                names.append(name)
                values[name] = header.value
            }
        }
        entries = names.map { Entry(name: $0, value: values[$0] ?? "") }
        let size = entries.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        guard size <= Self.sizeMax else {
            throw S3Error(
                .metadataTooLarge,
                fields: [
                    S3Error.Field("Size", String(size)),
                    S3Error.Field("MaxSizeAllowed", String(Self.sizeMax)),
                ]
            )
        }
    }
}
