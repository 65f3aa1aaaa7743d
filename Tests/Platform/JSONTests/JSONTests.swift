import Base
import JSON
import Testing

@Suite struct JSONTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    @Test(
        "compact texts are written back as they were",
        arguments: [
            "null", "true", "false", "0", "-0", "1.5e-7", "123456789012345678901234567890", "\"\"", "[]",
            "{}",
            #"{"b":1,"a":[null,{"x":"y"}]}"#, #""\"\\\b\f\n\r\t\u0001é😀/""#, #"[[[[]]]]"#,
        ]
    )
    func roundTrip(text: String) throws {
        #expect(String(decoding: try parse(text).encoded, as: UTF8.self) == text)
    }

    @Test func whiteSpaceIsPassedOver() throws {
        #expect(try parse(" \t\r\n{ \"a\" : [ 1 , 2 ] } \n") == ["a": [.integer(1), .integer(2)]])
    }

    @Test("escapes stand for their characters")
    func escapes() throws {
        #expect(
            try parse(#""\u0041\u00e9\ud83d\ude00\/\b\f\n\r\t\\\"""#) == .string("Aé😀/\u{8}\u{c}\n\r\t\\\"")
        )
        #expect(try parse(#""\u0000""#) == .string("\0"))
    }

    @Test(arguments: [
        (#"{"a":1,"a":1}"#, 7), (#"{"a":1,"b":{"c":1,"c":2}}"#, 18), (#"[{"a":1, "\u0061":2}]"#, 9),
        (#"{"":1,"b":2,"":3}"#, 12),
        (#"{"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"i":0,"j":0,"i":0}"#, 61),
    ])
    func equalKeysAreRefusedWhereTheyMatter(text: String, offset: Int) throws {
        #expect(throws: JSONError.repeatedKey(offset: offset)) {
            _ = try JSONValue(parsing: text.utf8, allowsRepeatedKeys: false)
        }
        #expect(throws: Never.self) { _ = try JSONValue(parsing: text.utf8) }
    }

    @Test func equalKeysOfDifferentObjectsAreNoRepetition() throws {
        let text = "{\"a\":{\"a\":[{\"a\":1},{\"a\":1}]},\"A\":1,\"\u{e9}\":1,\"e\u{301}\":1}"
        let value = try JSONValue(parsing: text.utf8, allowsRepeatedKeys: false)
        #expect(value.object?.count == 4)
    }

    @Test func theLastOfEqualKeysWinsInTheFirstOnesPlace() throws {
        let value = try parse(#"{"a":1,"b":2,"a":3}"#)
        #expect(String(decoding: value.encoded, as: UTF8.self) == #"{"a":3,"b":2}"#)
    }

    @Test func keysAreComparedByTheirBytes() throws {
        let object = try #require(try parse("{\"e\u{301}\":1,\"\u{e9}\":2}").object)
        #expect(object.count == 2)
        #expect(object["\u{e9}"] == .integer(2))
        #expect(JSONValue.string("e\u{301}") != .string("\u{e9}"))
    }

    @Test("objects of any size find their keys", arguments: [0, 1, 7, 8, 9, 10, 1000])
    func objects(count: Int) throws {
        var object = JSONObject()
        for index in 0..<count { object["key\(index)"] = .integer(index) }
        for index in 0..<count { #expect(object["key\(index)"] == .integer(index)) }
        #expect(object["other"] == nil)
        guard count > 0 else { return }
        object["key0"] = nil
        #expect(object.count == count - 1)
        #expect(object["key0"] == nil)
        #expect(object["key\(count - 1)"] == (count == 1 ? nil : .integer(count - 1)))
        #expect(try JSONValue(parsing: JSONValue.object(object).encoded) == .object(object))
    }

    @Test func numbersKeepTheirDigits() throws {
        #expect(try parse("18446744073709551615").number?.integer(as: UInt64.self) == .max)
        #expect(try parse("-9223372036854775808").number?.integer(as: Int64.self) == .min)
        #expect(try parse("18446744073709551615").number?.integer(as: Int64.self) == nil)
        #expect(try parse("1.5").number?.integer(as: Int.self) == nil)
        #expect(try parse("2.5e3").number?.double == 2500)
    }

    @Test(
        "what is not JSON is refused by its reason",
        arguments: [
            ("", JSONError.unexpectedEnd), ("[", .unexpectedEnd), ("{\"a\"", .unexpectedEnd),
            ("\"a", .unexpectedEnd),
            ("tru", .unexpectedEnd), ("nul0", .unexpectedByte(0x30, offset: 3)),
            ("[1,]", .unexpectedByte(0x5d, offset: 3)),
            ("{,}", .unexpectedByte(0x2c, offset: 1)), ("{\"a\" 1}", .unexpectedByte(0x31, offset: 5)),
            ("{\"a\":1,}", .unexpectedByte(0x7d, offset: 7)), ("1 2", .unexpectedByte(0x32, offset: 2)),
            ("01", .invalidNumber(offset: 0)), ("-", .invalidNumber(offset: 0)),
            ("1.", .invalidNumber(offset: 0)),
            (".5", .unexpectedByte(0x2e, offset: 0)), ("1e", .invalidNumber(offset: 0)),
            ("+1", .unexpectedByte(0x2b, offset: 0)),
            ("\"\\x\"", .invalidEscape(offset: 1)), ("\"\\ud800\"", .invalidEscape(offset: 1)),
            ("\"\\udc00\"", .invalidEscape(offset: 1)), ("\"\\ud800\\u0041\"", .invalidEscape(offset: 1)),
            ("\"\\u12g4\"", .invalidEscape(offset: 1)), ("\"a\nb\"", .controlCharacter(offset: 2)),
            ("'a'", .unexpectedByte(0x27, offset: 0)), ("NaN", .unexpectedByte(0x4e, offset: 0)),
        ]
    )
    func refusals(text: String, error: JSONError) {
        #expect(throws: error) { try parse(text) }
    }

    @Test(
        "text that is not UTF-8 is refused",
        arguments: [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xc3], [0xf4, 0x90, 0x80, 0x80]] as [[UInt8]]
    )
    func invalidUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.invalidUTF8(offset: 0)) { try JSONValue(parsing: [0x22] + bytes + [0x22]) }
    }

    @Test("depth is limited", arguments: [63, 64, 65, 100_000])
    func depth(count: Int) throws {
        let text = [UInt8](repeating: 0x5b, count: count) + [UInt8](repeating: 0x5d, count: count)
        if count <= 64 {
            #expect(try JSONValue(parsing: text).encoded == text)
        } else {
            #expect(throws: JSONError.tooDeep(depthMax: 64)) { try JSONValue(parsing: text) }
        }
    }

    @Test("size is limited", arguments: [3, 4])
    func size(sizeMax: Int) {
        let result = Result { try JSONValue(parsing: Array("true".utf8), sizeMax: sizeMax) }
        #expect((try? result.get()) == (sizeMax == 4 ? .boolean(true) : nil))
    }

    @Test("any bytes are parsed or refused, and what is parsed is stable", arguments: 0..<16)
    func fuzz(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let original = Array(#"{"a":[1,-2.5e+3,"x\n\u00e9😀",true,false,null],"b":{"c":{},"d":[]}}"#.utf8)
        let alphabet = Array(#"{}[]",:\u0123456789eE+-.truefalsn "#.utf8) + [0, 0xff, 0xc3, 0x80]
        for _ in 0..<500 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                let index = Int.random(in: bytes.indices, using: &random)
                let letter = alphabet[Int.random(in: alphabet.indices, using: &random)]
                if Bool.random(using: &random) {
                    bytes[index] = letter
                } else {
                    bytes.insert(letter, at: index)
                }
            }
            // Refusal is as good as a value here.
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            #expect((try? JSONValue(parsing: value.encoded)) == value)
        }
    }
}
