/// Writes one document as UTF-8 without white space between elements.
///
/// In text `"` and `'` stay as they are: S3 clients read ETags with plain quotes. A character that
/// XML 1.0 cannot hold, even as a reference (most control characters, U+FFFE, U+FFFF), is written as
/// U+FFFD; where such a character must survive, encode it first, as `encoding-type=url` does.
package struct XMLWriter {
    private var bytes: [UInt8]

    /// Starts with the XML declaration and a line break.
    package init() { bytes = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8) }

    /// The whole document, complete once every ``element(_:attributes:content:)`` has returned.
    package var document: [UInt8] { bytes }

    /// `<name>text</name>`. `name` is written as it is.
    package mutating func element(_ name: String, _ text: String) {
        tag("<", name)
        bytes.append(UInt8(ascii: ">"))
        append(text: text)
        tag("</", name)
        bytes.append(UInt8(ascii: ">"))
    }

    package mutating func element(_ name: String, _ number: some BinaryInteger) {
        element(name, String(number))
    }

    package mutating func element(_ name: String, _ flag: Bool) { element(name, flag ? "true" : "false") }

    /// Writes nothing for `nil`.
    package mutating func element(ifPresent name: String, _ text: String?) {
        if let text { element(name, text) }
    }

    /// `<name …>`, what `content` writes, `</name>`. Attribute values are escaped, names are not.
    package mutating func element(
        _ name: String,
        attributes: [(name: String, value: String)] = [],
        content: (inout XMLWriter) -> Void
    ) {
        tag("<", name)
        for attribute in attributes {
            tag(" ", attribute.name)
            bytes += "=\"".utf8
            append(attribute: attribute.value)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: ">"))
        content(&self)
        tag("</", name)
        bytes.append(UInt8(ascii: ">"))
    }

    /// Character data directly inside the element that is being written.
    package mutating func text(_ text: String) { append(text: text) }

    private mutating func tag(_ opening: String, _ name: String) {
        bytes += opening.utf8
        bytes += name.utf8
    }

    private mutating func append(text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": bytes += "&amp;".utf8
            case "<": bytes += "&lt;".utf8
            case ">": bytes += "&gt;".utf8
            // A reader turns a plain carriage return into a line feed.
            case "\r": bytes += "&#13;".utf8
            default: append(scalar)
            }
        }
    }

    private mutating func append(attribute: String) {
        for scalar in attribute.unicodeScalars {
            switch scalar {
            case "&": bytes += "&amp;".utf8
            case "<": bytes += "&lt;".utf8
            case "\"": bytes += "&quot;".utf8
            // A reader turns all three into spaces.
            case "\t", "\n", "\r": bytes += "&#\(scalar.value);".utf8
            default: append(scalar)
            }
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        // XML 1.0 §2.2, production Char; Swift's scalars exclude surrogates already.
        let isAllowed =
            scalar.value >= 0x20 && scalar.value != 0xfffe && scalar.value != 0xffff || scalar == "\t"
            || scalar == "\n"
        bytes += UTF8.encode(isAllowed ? scalar : "\u{fffd}").map { Array($0) } ?? []
    }
}
