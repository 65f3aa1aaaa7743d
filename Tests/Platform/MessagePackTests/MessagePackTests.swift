import Base
import MessagePack
import Testing

@Suite struct MessagePackTests {
    private func bytes(_ write: (inout MessagePackWriter) -> Void) -> String {
        var writer = MessagePackWriter()
        write(&writer)
        return writer.bytes.hexadecimal
    }

    @Test(
        "signed integers never take an unsigned form",
        arguments: [
            (0, "00"), (127, "7f"), (128, "d10080"), (255, "d100ff"), (256, "d10100"), (32767, "d17fff"),
            (32768, "d200008000"), (1_048_576, "d200100000"), (2_147_483_647, "d27fffffff"),
            (2_147_483_648, "d30000000080000000"), (.max, "d37fffffffffffffff"), (-1, "ff"), (-32, "e0"),
            (-33, "d0df"), (-128, "d080"), (-129, "d1ff7f"), (-32768, "d18000"), (-32769, "d2ffff7fff"),
            (-2_147_483_648, "d280000000"), (-2_147_483_649, "d3ffffffff7fffffff"),
            (.min, "d38000000000000000"),
        ] as [(Int64, String)]
    )
    func signed(value: Int64, expected: String) throws {
        #expect(bytes { $0.write(signed: value) } == expected)
        var reader = MessagePackReader(try #require([UInt8](hexadecimal: expected)))
        #expect(try reader.readInt64() == value)
        #expect(reader.isAtEnd)
    }

    @Test(
        "unsigned integers take the shortest form",
        arguments: [
            (0, "00"), (127, "7f"), (128, "cc80"), (255, "ccff"), (256, "cd0100"), (65535, "cdffff"),
            (65536, "ce00010000"), (4_294_967_295, "ceffffffff"), (4_294_967_296, "cf0000000100000000"),
            (.max, "cfffffffffffffffff"),
        ] as [(UInt64, String)]
    )
    func unsigned(value: UInt64, expected: String) throws {
        #expect(bytes { $0.write(unsigned: value) } == expected)
        var reader = MessagePackReader(try #require([UInt8](hexadecimal: expected)))
        #expect(try reader.readUInt64() == value)
    }

    @Test(
        "readers take any width that fits",
        arguments: [
            "05", "cc05", "cd0005", "ce00000005", "cf0000000000000005", "d005", "d10005", "d200000005",
            "d30000000000000005",
        ]
    )
    func anyWidth(text: String) throws {
        let bytes = try #require([UInt8](hexadecimal: text))
        var signed = MessagePackReader(bytes)
        #expect(try signed.readInt64() == 5)
        var unsigned = MessagePackReader(bytes)
        #expect(try unsigned.readUInt64() == 5)
    }

    @Test func valuesThatDoNotFitAreRefused() {
        var negative = MessagePackReader([0xff])
        #expect(throws: MessagePackError.integerOutOfRange(offset: 0)) { _ = try negative.readUInt64() }
        var large = MessagePackReader([0xcf] + [UInt8](repeating: 0xff, count: 8))
        #expect(throws: MessagePackError.integerOutOfRange(offset: 0)) { _ = try large.readInt64() }
    }

    @Test(
        "lengths take the shortest form",
        arguments: [
            (0, "a0", "c400", "90", "80"), (15, "af", "c40f", "9f", "8f"),
            (16, "b0", "c410", "dc0010", "de0010"),
            (31, "bf", "c41f", "dc001f", "de001f"), (32, "d920", "c420", "dc0020", "de0020"),
            (255, "d9ff", "c4ff", "dc00ff", "de00ff"), (256, "da0100", "c50100", "dc0100", "de0100"),
            (65535, "daffff", "c5ffff", "dcffff", "deffff"),
            (65536, "db00010000", "c600010000", "dd00010000", "df00010000"),
        ]
    )
    func lengths(count: Int, string: String, binary: String, array: String, map: String) throws {
        let content = [UInt8](repeating: 0x61, count: count)
        #expect(bytes { $0.write(string: content) } == string + content.hexadecimal)
        #expect(bytes { $0.write(binary: content) } == binary + content.hexadecimal)
        #expect(bytes { $0.writeArray(count: count) } == array)
        #expect(bytes { $0.writeMap(count: count) } == map)
        var reader = MessagePackReader(try #require([UInt8](hexadecimal: string)) + content)
        #expect(try reader.readStringBytes().elementsEqual(content))
        reader = MessagePackReader(try #require([UInt8](hexadecimal: binary)) + content)
        #expect(try reader.readBinary().elementsEqual(content))
        reader = MessagePackReader(try #require([UInt8](hexadecimal: array)) + content)
        #expect(try reader.readArray() == count)
        reader = MessagePackReader(try #require([UInt8](hexadecimal: map)) + content + content)
        #expect(try reader.readMap() == count)
    }

    @Test(
        "a declared length beyond the end is refused",
        arguments: [
            "a1", "d9ff", "db7fffffff00", "c6ffffffff00", "c9ffffffff0500", "c70c05", "dc", "cd00", "d3",
        ]
    )
    func truncation(text: String) throws {
        var reader = MessagePackReader(try #require([UInt8](hexadecimal: text)))
        #expect(throws: MessagePackError.self) { try reader.skip() }
    }

    @Test func countsBeyondTheBytesAreRefused() {
        var array = MessagePackReader([0xdd, 0xff, 0xff, 0xff, 0xff, 0])
        #expect(throws: MessagePackError.truncated(offset: 5)) { _ = try array.readArray() }
        var map = MessagePackReader([0x82, 0, 0, 0])
        #expect(throws: MessagePackError.truncated(offset: 1)) { _ = try map.readMap() }
    }

    @Test func otherTypesAreRefused() {
        var reader = MessagePackReader([0xc3])
        #expect(throws: MessagePackError.unexpectedType(found: 0xc3, offset: 0)) { _ = try reader.readInt() }
        var reserved = MessagePackReader([0xc1])
        #expect(throws: MessagePackError.reservedByte(offset: 0)) { try reserved.skip() }
        var text = MessagePackReader([0xa1, 0xff])
        #expect(throws: MessagePackError.invalidUTF8(offset: 0)) { _ = try text.readString() }
    }

    @Test(
        "times take twelve bytes of type 5",
        arguments: [
            (0, "c70c05000000000000000000000000"), (1, "c70c05000000000000000000000001"),
            (-1, "c70c05ffffffffffffffff3b9ac9ff"),
            (1_753_300_000_000_000_001, "c70c05000000006881 3c2000000001"),
        ] as [(Int64, String)]
    )
    func times(nanoseconds: Int64, expected: String) throws {
        let text = expected.filter { $0 != " " }
        #expect(bytes { $0.write(time: Timestamp(nanoseconds: nanoseconds)) } == text)
        var reader = MessagePackReader(try #require([UInt8](hexadecimal: text)))
        #expect(try reader.readTime() == Timestamp(nanoseconds: nanoseconds))
    }

    @Test(
        "the extremes of a time survive",
        arguments: [Int64.min, Int64.min + 1, -1_000_000_000, 999_999_999, .max]
    )
    func extremeTimes(nanoseconds: Int64) throws {
        var writer = MessagePackWriter()
        writer.write(time: Timestamp(nanoseconds: nanoseconds))
        var reader = MessagePackReader(writer.bytes)
        #expect(try reader.readTime() == Timestamp(nanoseconds: nanoseconds))
    }

    @Test func noTimeIsTheZeroTimeOfGo() throws {
        #expect(bytes { $0.write(time: nil) } == "c70c05fffffff1886e090000000000")
        var zero = MessagePackReader(try #require([UInt8](hexadecimal: "c70c05fffffff1886e090000000000")))
        #expect(try zero.readTime() == nil)
        var null = MessagePackReader([0xc0])
        #expect(try null.readTime() == nil)
    }

    @Test(
        "the specification's own times are read",
        arguments: [
            ("d6ff00000005", 5_000_000_000), ("d7ff0000000400000005", 5_000_000_001),
            ("c70cff00000001fffffffffffffffe", -1_999_999_999),
        ] as [(String, Int64)]
    )
    func standardTimes(text: String, nanoseconds: Int64) throws {
        var reader = MessagePackReader(try #require([UInt8](hexadecimal: text)))
        #expect(try reader.readTime() == Timestamp(nanoseconds: nanoseconds))
    }

    @Test(
        "impossible times are refused",
        arguments: [
            "c70c057fffffffffffffff00000000", "c70c0500000000000000003b9aca00",
            "c70c058000000000000000 00000000", "d505 0000", "c70c06000000000000000000000000",
        ]
    )
    func impossibleTimes(text: String) throws {
        var reader = MessagePackReader(try #require([UInt8](hexadecimal: text.filter { $0 != " " })))
        #expect(throws: MessagePackError.invalidTimestamp(offset: 0)) { _ = try reader.readTime() }
    }

    @Test(
        "skipping passes exactly one value",
        arguments: [
            "c0", "c2", "05", "ff", "ca00000000", "cb0000000000000000", "a161", "c40161", "9301a16192c0c0",
            "82a16101a16281a163c3",
            "d40500", "d60500000000", "c7010500", "c8000105 00",
        ]
    )
    func skipping(text: String) throws {
        let value = try #require([UInt8](hexadecimal: text.filter { $0 != " " }))
        var reader = MessagePackReader(value + [0x2a])
        #expect(try reader.readEncoded().elementsEqual(value))
        #expect(try reader.readInt() == 42)
        try reader.expectEnd()
    }

    @Test("any depth is skipped without recursion", arguments: [1, 1_000, 1_000_000])
    func depth(count: Int) throws {
        var reader = MessagePackReader([UInt8](repeating: 0x91, count: count) + [0xc0])
        try reader.skip()
        #expect(reader.isAtEnd)
    }

    @Test("slices of a larger array count offsets from their own start")
    func slices() throws {
        let bytes: [UInt8] = [0, 0, 0x93, 1, 2, 0xc1]
        var reader = MessagePackReader(bytes[2...])
        #expect(throws: MessagePackError.reservedByte(offset: 3)) { try reader.skip() }
    }

    @Test("any bytes are skipped or refused", arguments: 0..<16)
    func fuzz(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<1000 {
            let bytes = (0..<Int.random(in: 0..<64, using: &random)).map { _ in
                UInt8.random(in: .min ... .max, using: &random)
            }
            var reader = MessagePackReader(bytes)
            // Refusal is as good as a value here; the reader must stay within the bytes.
            while !reader.isAtEnd, (try? reader.skip()) != nil {}
            #expect(reader.offset <= bytes.count)
            for read in Self.reads {
                var reader = MessagePackReader(bytes)
                read(&reader)
                #expect(reader.offset <= bytes.count)
            }
        }
    }

    /// Refusals are dropped for the same reason.
    private static let reads: [@Sendable (inout MessagePackReader) -> Void] = [
        { _ = try? $0.readInt64() }, { _ = try? $0.readUInt64() }, { _ = try? $0.readString() },
        { _ = try? $0.readBinary() }, { _ = try? $0.readArray() }, { _ = try? $0.readMap() },
        { _ = try? $0.readTime() }, { _ = try? $0.readExtension() }, { _ = try? $0.readBoolean() },
    ]
}
