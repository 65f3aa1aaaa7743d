import Base
import Testing
import XML

private func parse(_ text: String) throws(XMLError) -> XMLElement {
    try XMLElement(parsing: Array(text.utf8), sizeMax: 1 << 20)
}

@Suite struct XMLReaderTests {
    @Test func prefixesAreDroppedAndTextIsKeptAsWritten() throws {
        let root = try parse(
            "<?xml version='1.0'?><s:A xmlns:s='u' xmlns='v' x:type='t'> <B>1 &amp; &#x32;</B><B/><!--c--></s:A>"
        )
        #expect(root.name == "A")
        #expect(root.attributes == [.init(name: "type", value: "t")])
        #expect(root.text == " ")
        #expect(root.text(of: "B") == "1 & 2")
        #expect(root.children(named: "B").map(\.text) == ["1 & 2", ""])
        #expect(root.child("C") == nil)
    }

    @Test func everyQuoteSpellingIsTheSameText() throws {
        let root = try parse(
            "<E><T>&quot;a&quot;</T><T>\"a\"</T><T>&#34;a&#x22;</T><T><![CDATA[\"a\"]]></T></E>"
        )
        #expect(root.children.map(\.text) == Array(repeating: "\"a\"", count: 4))
    }

    @Test func aDoctypeIsRefusedBeforeAnyEntityIsExpanded() {
        #expect(throws: XMLError.doctypeRefused(line: 2)) {
            try parse("<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
        }
        #expect(throws: XMLError.doctypeRefused(line: 1)) {
            try parse("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>")
        }
    }

    @Test(arguments: [XMLElement.depthMax - 1, XMLElement.depthMax])
    func nestingUpToTheLimitIsRead(depth: Int) throws {
        let text = String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        #expect(try parse(text).name == "a")
    }

    @Test func deeperNestingIsRefused() {
        let depth = XMLElement.depthMax + 1
        let text = String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        #expect(throws: XMLError.tooDeep(line: 1)) { try parse(text) }
    }

    @Test func elementsAreCounted() throws {
        func document(_ count: Int) -> String { "<r>" + String(repeating: "<a/>", count: count - 1) + "</r>" }
        #expect(try parse(document(XMLElement.elementsMax)).children.count == XMLElement.elementsMax - 1)
        #expect(throws: XMLError.tooManyElements(line: 1)) { try parse(document(XMLElement.elementsMax + 1)) }
    }

    @Test func theCallersSizeIsTheLimit() throws {
        #expect(try XMLElement(parsing: Array("<a/>".utf8), sizeMax: 4).name == "a")
        #expect(throws: XMLError.tooLarge(size: 4, sizeMax: 3)) {
            try XMLElement(parsing: Array("<a/>".utf8), sizeMax: 3)
        }
    }

    @Test(arguments: [
        "", " ", "<a>", "<a></b>", "<a/><b/>", "<a>&nope;</a>", "text", "<a>\u{1}</a>", "<a b/>",
    ])
    func whatIsNotWellFormedIsRefused(text: String) {
        let error = #expect(throws: XMLError.self) { try parse(text) }
        guard case .malformed = error else {
            Issue.record("\(text): \(String(describing: error))")
            return
        }
    }

    @Test func theErrorNamesTheLine() {
        #expect(throws: XMLError.malformed(line: 3, reason: "mismatched tag")) { try parse("<a>\n\n</b>") }
    }

    @Test("mutated documents are read or refused, never more", arguments: 0..<64 as Range<UInt64>)
    func fuzz(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let original = Array(
            "<?xml version=\"1.0\"?><!DOCTYPE x><D xmlns='u'><O a='b'><Key>k&amp;&#x41;</Key></O><![CDATA[x]]></D>"
                .utf8
        )
        for _ in 0..<200 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(UInt8(ascii: "<"), at: index)
                default: bytes.removeSubrange(min(index, 25)...25)
                }
                if bytes.count < 30 { bytes = original }
            }
            do throws(XMLError) {
                let root = try XMLElement(parsing: bytes, sizeMax: 4096)
                #expect(!root.name.isEmpty)
            } catch {
                #expect(error != .outOfMemory)
            }
        }
    }
}
