import Testing
import XML

private func text(_ value: String) -> String {
    var writer = XMLWriter()
    writer.element("a", value)
    let document = String(decoding: writer.document, as: UTF8.self)
    return String(document.dropFirst("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>".count).dropLast(4))
}

@Suite struct XMLWriterTests {
    @Test(arguments: [
        ("", ""), ("\"d41d\"", "\"d41d\""), ("it's", "it's"), ("a&b<c>", "a&amp;b&lt;c&gt;"),
        ("\t\n", "\t\n"),
        ("\r", "&#13;"), ("é€😀", "é€😀"), ("\u{0}\u{8}\u{1f}", "\u{fffd}\u{fffd}\u{fffd}"),
        ("\u{fffe}\u{ffff}", "\u{fffd}\u{fffd}"), ("\u{7f}", "\u{7f}"), ("]]>", "]]&gt;"),
    ])
    func textIsEscapedOnlyWhereItMust(value: String, written: String) {
        #expect(text(value) == written)
    }

    @Test func elementsNestAndAttributesAreEscaped() {
        var writer = XMLWriter()
        writer.element("A", attributes: [("xmlns", "u\"&<\n")]) { writer in
            writer.element("B", 7)
            writer.element("C", true)
            writer.element(ifPresent: "D", nil)
            writer.element("E") { _ in }
        }
        #expect(
            String(decoding: writer.document, as: UTF8.self)
                == "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<A xmlns=\"u&quot;&amp;&lt;&#10;\"><B>7</B><C>true</C><E></E></A>"
        )
    }

    @Test("every character of the plane comes back through the reader, or as U+FFFD")
    func roundTrip() throws {
        for value in (0...0x11_000 as ClosedRange<UInt32>) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            var writer = XMLWriter()
            writer.element("a", String(scalar))
            let read = try XMLElement(parsing: writer.document, sizeMax: 1024).text
            let isHeld = (value >= 0x20 && value != 0xfffe && value != 0xffff) || [9, 10, 13].contains(value)
            #expect(read.unicodeScalars.elementsEqual([isHeld ? scalar : "\u{fffd}"]))
        }
    }
}
