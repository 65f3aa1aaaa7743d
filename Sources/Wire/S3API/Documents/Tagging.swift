internal import Base
internal import XML

/// An object's tags: the answer to GetObjectTagging.
package struct Tagging: Sendable, Hashable {
    package struct Tag: Sendable, Hashable {
        package let key: String
        package let value: String

        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    /// In the order stored.
    package let tags: [Tag]

    /// From the form in which drives keep them and x-amz-tagging sends them, as in `a=1&key+two=%C3%BC`.
    ///
    /// `nil` for a broken `%XX` or bytes that are no UTF-8.
    package init?(encoded: String) {
        var tags: [Tag] = []
        for item in encoded.utf8.split(separator: UInt8(ascii: "&")) {
            let name = item.prefix { $0 != UInt8(ascii: "=") }
            guard let key = formText(name), let value = formText(item.dropFirst(name.count + 1)) else {
                return nil
            }
            tags.append(Tag(key, value))
        }
        self.tags = tags
    }

    package var xml: [UInt8] {
        document("Tagging") { writer in
            writer.element("TagSet") { writer in
                for tag in tags {
                    writer.element("Tag") { writer in
                        writer.element("Key", tag.key)
                        writer.element("Value", tag.value)
                    }
                }
            }
        }
    }
}

/// As in forms: `+` is a space.
private func formText(_ text: Substring.UTF8View) -> String? {
    let spaced = text.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
    return PercentCoding.decode(spaced).flatMap { String(validating: $0, as: UTF8.self) }
}
