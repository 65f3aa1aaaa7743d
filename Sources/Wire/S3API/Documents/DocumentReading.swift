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
        case .malformed(let line, let reason): throw .malformedXML("line \(line): \(reason)")
        case .doctypeRefused(let line): throw .malformedXML("line \(line): a DOCTYPE is not allowed")
        case .tooDeep(let line): throw .malformedXML("line \(line): elements are nested too deep")
        case .tooManyElements(let line): throw .malformedXML("line \(line): there are too many elements")
        }
    }
    guard names.contains(root.name) else {
        throw .malformedXML("the root is \(root.name) and should be \(names[0])")
    }
    return root
}

extension S3Error {
    /// In S3's words, which say nothing of the reason, with the reason behind them.
    fileprivate static func malformedXML(_ reason: String) -> S3Error {
        S3Error(.malformedXML, "\(Code.malformedXML.defaultMessage): \(reason).")
    }
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
