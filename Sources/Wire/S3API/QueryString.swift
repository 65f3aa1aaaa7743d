internal import Base

/// A request's query, taken apart and decoded. Names are case-sensitive; `+` is a plus.
package struct QueryString: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        package let name: String
        /// Empty with and without a `=`.
        package let value: String
    }

    /// In the order sent.
    package let items: [Item]

    /// `raw` is what stands behind the target's `?`.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/invalidURI`` for a broken `%XX` or bytes that are no UTF-8.
    package init(_ raw: ArraySlice<UInt8>) throws(S3Error) {
        var items: [Item] = []
        for item in raw.split(separator: UInt8(ascii: "&")) {
            let name = item.prefix { $0 != UInt8(ascii: "=") }
            items.append(
                Item(
                    name: try decodedText(name, of: "query"),
                    value: try decodedText(item.dropFirst(name.count + 1), of: "query")
                )
            )
        }
        self.items = items
    }

    /// The value of the first parameter of that name; empty for one without `=`.
    package subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

    package func contains(_ name: String) -> Bool { items.contains { $0.name == name } }

    /// A count such as max-keys: absent or empty means `countMax`, more is cut down to it.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument`` for what is no number, or is negative.
    package func count(of name: String, countMax: Int = 1000) throws(S3Error) -> Int {
        guard let text = self[name], !text.isEmpty else { return countMax }
        guard let count = Int32(text), count >= 0 else {
            throw S3Error(
                .invalidArgument,
                "Argument \(name) must be an integer between 0 and 2147483647.",
                fields: [S3Error.Field("ArgumentName", name), S3Error.Field("ArgumentValue", text)]
            )
        }
        return min(Int(count), countMax)
    }

    /// The listing's encoding-type: `true` for `url`.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument`` for any other value.
    package func encodesKeys() throws(S3Error) -> Bool {
        switch self["encoding-type"]?.lowercased() {
        case nil, "": return false
        case "url": return true
        case .some(let other):
            throw S3Error(
                .invalidArgument,
                "Invalid Encoding Method specified in Request",
                fields: [
                    S3Error.Field("ArgumentName", "encoding-type"), S3Error.Field("ArgumentValue", other),
                ]
            )
        }
    }
}

/// Percent-decodes once, strictly, and wants UTF-8.
func decodedText(_ raw: ArraySlice<UInt8>, of part: String) throws(S3Error) -> String {
    guard let bytes = PercentCoding.decode(raw), let text = String(validating: bytes, as: UTF8.self) else {
        throw S3Error(.invalidURI, "The \(part) is not percent-encoded UTF-8.")
    }
    return text
}
