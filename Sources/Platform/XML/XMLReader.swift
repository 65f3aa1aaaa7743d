internal import CExpat

extension XMLElement {
    /// Reads a whole document (UTF-8, UTF-16, ISO-8859-1 or US-ASCII by its own declaration) and
    /// answers its root element.
    ///
    /// Blocks for the parse, about 12 ms a MiB; call it with bounded input. Memory grows with the
    /// number of elements, which is limited.
    package init(parsing bytes: [UInt8], sizeMax: Int) throws(XMLError) {
        guard bytes.count <= sizeMax, bytes.count <= Int(CInt.max) else {
            throw .tooLarge(size: bytes.count, sizeMax: min(sizeMax, Int(CInt.max)))
        }
        guard let parser = XML_ParserCreate(nil) else { throw .outOfMemory }
        defer { XML_ParserFree(parser) }
        let reader = XMLReader(parser: parser)
        let root: Result<XMLElement, XMLError> = withExtendedLifetime(reader) {
            reader.install()
            let status = bytes.withUnsafeBytes { buffer in
                XML_Parse(
                    parser,
                    buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
                    CInt(buffer.count),
                    1
                )
            }
            return reader.result(accepted: status == XML_STATUS_OK)
        }
        self = try root.get()
    }
}

/// Gathers expat's events into a tree. Lives for one parse; expat holds it unretained meanwhile.
private final class XMLReader {
    private let parser: XML_Parser
    /// The open elements, outermost first.
    private var open: [XMLElement] = []
    private var texts: [[UInt8]] = []
    private var root: XMLElement?
    private var elementCount = 0
    private var refusal: XMLError?

    init(parser: XML_Parser) { self.parser = parser }

    private var line: Int { Int(XML_GetCurrentLineNumber(parser)) }

    func install() {
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser,
            { context, name, attributes in
                guard let name else { return }
                XMLReader.from(context)?.start(name, attributes)
            },
            { context, _ in XMLReader.from(context)?.end() }
        )
        XML_SetCharacterDataHandler(parser) { context, text, size in
            guard let text else { return }
            XMLReader.from(context)?.characters(UnsafeRawBufferPointer(start: text, count: Int(size)))
        }
        XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
            XMLReader.from(context)?.refuse { .doctypeRefused(line: $0) }
        }
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> XMLReader? {
        context.map { Unmanaged<XMLReader>.fromOpaque($0).takeUnretainedValue() }
    }

    func result(accepted: Bool) -> Result<XMLElement, XMLError> {
        if let refusal { return .failure(refusal) }
        guard accepted, let root else {
            let code = XML_GetErrorCode(parser)
            if code == XML_ERROR_NO_MEMORY { return .failure(.outOfMemory) }
            let reason = XML_ErrorString(code).map { String(cString: $0) } ?? "no element found"
            return .failure(.malformed(line: line, reason: reason))
        }
        return .success(root)
    }

    /// expat may still report the event it is in after a stop; the first refusal stands.
    private func refuse(_ error: (_ line: Int) -> XMLError) {
        guard refusal == nil else { return }
        refusal = error(line)
        XML_StopParser(parser, XML_Bool(0))
    }

    private func start(
        _ name: UnsafePointer<CChar>,
        _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    ) {
        guard refusal == nil else { return }
        guard open.count < XMLElement.depthMax else { return refuse { .tooDeep(line: $0) } }
        elementCount += 1
        guard elementCount <= XMLElement.elementsMax else { return refuse { .tooManyElements(line: $0) } }
        var element = XMLElement(name: localName(String(cString: name)))
        var index = 0
        // Pairs of name and value, ended by a null name.
        while let attributes, let name = attributes[index], let value = attributes[index + 1] {
            index += 2
            let name = String(cString: name)
            guard name != "xmlns", !name.hasPrefix("xmlns:") else { continue }
            element.attributes.append(.init(name: localName(name), value: String(cString: value)))
        }
        open.append(element)
        texts.append([])
    }

    private func characters(_ text: UnsafeRawBufferPointer) {
        guard refusal == nil, !texts.isEmpty else { return }
        texts[texts.count - 1].append(contentsOf: text)
    }

    private func end() {
        guard refusal == nil, var element = open.popLast(), let text = texts.popLast() else { return }
        element.text = String(decoding: text, as: UTF8.self)
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].children.append(element)
        }
    }
}

private func localName(_ name: String) -> String {
    guard let colon = name.utf8.lastIndex(of: UInt8(ascii: ":")) else { return name }
    return String(name[name.utf8.index(after: colon)...])
}
