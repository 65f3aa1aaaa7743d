internal import XML

/// Reads a request's document whose root has one of `names`.
func parse(_ bytes: [UInt8], root names: [String], sizeMax: Int) throws(S3Error) -> XMLElement {
    let root: XMLElement
    do throws(XMLError) {
        root = try XMLElement(parsing: bytes, sizeMax: sizeMax)
    } catch {
        switch error {
        case .outOfMemory: throw S3Error(.slowDown)
        case .tooLarge(let size, let sizeMax):
            throw S3Error(
                .maxMessageLengthExceeded,
                "A document of \(size) bytes exceeds the \(sizeMax) allowed."
            )
        case .malformed(let line, let reason): throw S3Error(.malformedXML, "Line \(line): \(reason).")
        case .doctypeRefused(let line):
            throw S3Error(.malformedXML, "Line \(line): a DOCTYPE is not allowed.")
        case .tooDeep(let line): throw S3Error(.malformedXML, "Line \(line): elements are nested too deep.")
        case .tooManyElements(let line):
            throw S3Error(.malformedXML, "Line \(line): there are too many elements.")
        }
    }
    guard names.contains(root.name) else {
        throw S3Error(.malformedXML, "The document's root is \(root.name) and should be \(names[0]).")
    }
    return root
}

extension XMLElement {
    /// The text without the white space around it.
    var trimmedText: String { XMLElement.trimmed(text) }

    func trimmedText(of name: String) -> String? { child(name).map(\.trimmedText) }

    private static func trimmed(_ text: String) -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0d).contains(byte) }
        var bytes = text.utf8.drop(while: isSpace)
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
