extension JSONValue {
    /// Deep enough for every document of this program, shallow enough for every stack.
    package static let depthMax = 64

    /// Parses one JSON text (RFC 8259) with nothing but white space around it.
    ///
    /// Text that is not UTF-8 and unpaired surrogates are refused.
    ///
    /// - Parameter allowsRepeatedKeys: where a key occurs twice in an object, the last value wins in the first
    ///   one's place. Other readers take the first; refuse such texts where it matters that all agree.
    package init(
        parsing text: some Collection<UInt8>,
        sizeMax: Int = 16 << 20,
        depthMax: Int = Self.depthMax,
        allowsRepeatedKeys: Bool = true
    ) throws(JSONError) {
        guard text.count <= sizeMax else { throw .tooLarge(size: text.count, sizeMax: sizeMax) }
        var parser = JSONParser(
            bytes: Array(text),
            depthMax: depthMax,
            allowsRepeatedKeys: allowsRepeatedKeys
        )
        self = try parser.parseText()
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    let depthMax: Int
    let allowsRepeatedKeys: Bool
    var index = 0

    init(bytes: [UInt8], depthMax: Int, allowsRepeatedKeys: Bool) {
        self.bytes = bytes
        self.depthMax = depthMax
        self.allowsRepeatedKeys = allowsRepeatedKeys
    }

    mutating func parseText() throws(JSONError) -> JSONValue {
        let value = try parseValue(depth: 0)
        skipWhiteSpace()
        guard index == bytes.count else { throw unexpected }
        return value
    }

    private mutating func parseValue(depth: Int) throws(JSONError) -> JSONValue {
        skipWhiteSpace()
        switch try peek() {
        case UInt8(ascii: "{"): return .object(try parseObject(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try parseArray(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"):
            try expect("true")
            return .boolean(true)
        case UInt8(ascii: "f"):
            try expect("false")
            return .boolean(false)
        case UInt8(ascii: "n"):
            try expect("null")
            return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try parseNumber())
        default: throw unexpected
        }
    }

    private mutating func parseObject(depth: Int) throws(JSONError) -> JSONObject {
        guard depth <= depthMax else { throw .tooDeep(depthMax: depthMax) }
        var object = JSONObject()
        index += 1
        if try accept(UInt8(ascii: "}")) { return object }
        repeat {
            skipWhiteSpace()
            guard try peek() == UInt8(ascii: "\"") else { throw unexpected }
            let keyOffset = index
            let key = try parseString()
            guard allowsRepeatedKeys || object[key] == nil else { throw .repeatedKey(offset: keyOffset) }
            guard try accept(UInt8(ascii: ":")) else { throw unexpected }
            object[key] = try parseValue(depth: depth)
        } while try accept(UInt8(ascii: ","))
        guard try accept(UInt8(ascii: "}")) else { throw unexpected }
        return object
    }

    private mutating func parseArray(depth: Int) throws(JSONError) -> [JSONValue] {
        guard depth <= depthMax else { throw .tooDeep(depthMax: depthMax) }
        var values: [JSONValue] = []
        index += 1
        if try accept(UInt8(ascii: "]")) { return values }
        repeat { values.append(try parseValue(depth: depth)) } while try accept(UInt8(ascii: ","))
        guard try accept(UInt8(ascii: "]")) else { throw unexpected }
        return values
    }

    private mutating func parseString() throws(JSONError) -> String {
        let start = index
        var content: [UInt8] = []
        index += 1
        while true {
            let byte = try peek()
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                guard let string = String(validating: content, as: UTF8.self) else {
                    throw .invalidUTF8(offset: start)
                }
                return string
            case UInt8(ascii: "\\"): try parseEscape(into: &content)
            case 0..<0x20: throw .controlCharacter(offset: index)
            default:
                content.append(byte)
                index += 1
            }
        }
    }

    private mutating func parseEscape(into content: inout [UInt8]) throws(JSONError) {
        let start = index
        index += 1
        let letter = try peek()
        index += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(letter)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0c)
        case UInt8(ascii: "n"): content.append(0x0a)
        case UInt8(ascii: "r"): content.append(0x0d)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"):
            guard let scalar = Unicode.Scalar(try parseEscapedScalar(start: start)) else {
                throw .invalidEscape(offset: start)
            }
            content.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
        default: throw .invalidEscape(offset: start)
        }
    }

    /// After `\u`: one unit, or the two of a surrogate pair. A lone surrogate comes back as it is.
    private mutating func parseEscapedScalar(start: Int) throws(JSONError) -> UInt32 {
        let unit = try parseHexadecimalUnit(start: start)
        guard (0xd800..<0xdc00).contains(unit) else { return unit }
        guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { return unit }
        index += 2
        let low = try parseHexadecimalUnit(start: start)
        guard (0xdc00..<0xe000).contains(low) else { throw .invalidEscape(offset: start) }
        return 0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)
    }

    private mutating func parseHexadecimalUnit(start: Int) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            let digit = try peek()
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                unit = unit << 4 | UInt32(digit - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"):
                unit = unit << 4 | UInt32(digit - UInt8(ascii: "A") + 10)
            default: throw .invalidEscape(offset: start)
            }
            index += 1
        }
        return unit
    }

    private mutating func parseNumber() throws(JSONError) -> JSONNumber {
        let start = index
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let integerStart = index
        guard skipDigits() > 0 else { throw .invalidNumber(offset: start) }
        if bytes[integerStart] == UInt8(ascii: "0"), index - integerStart > 1 {
            throw .invalidNumber(offset: start)
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard skipDigits() > 0 else { throw .invalidNumber(offset: start) }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            guard skipDigits() > 0 else { throw .invalidNumber(offset: start) }
        }
        return JSONNumber(literal: String(decoding: bytes[start..<index], as: UTF8.self))
    }

    private mutating func skipDigits() -> Int {
        let start = index
        while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) {
            index += 1
        }
        return index - start
    }

    private mutating func skipWhiteSpace() {
        while index < bytes.count, isWhiteSpace(bytes[index]) { index += 1 }
    }

    private func peek() throws(JSONError) -> UInt8 {
        guard index < bytes.count else { throw .unexpectedEnd }
        return bytes[index]
    }

    /// Passes white space, then the byte if it is next.
    private mutating func accept(_ byte: UInt8) throws(JSONError) -> Bool {
        skipWhiteSpace()
        guard try peek() == byte else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ word: StaticString) throws(JSONError) {
        for position in 0..<word.utf8CodeUnitCount {
            guard try peek() == word.utf8Start[position] else { throw unexpected }
            index += 1
        }
    }

    private var unexpected: JSONError {
        index < bytes.count ? .unexpectedByte(bytes[index], offset: index) : .unexpectedEnd
    }
}

private func isWhiteSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
}
