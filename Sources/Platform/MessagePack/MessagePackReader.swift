package import Base

/// Reads MessagePack values one after the other from bytes that may hold anything.
///
/// Strings and blobs come back as slices that share the storage; nothing is allocated on the word of
/// a length that was read, and no call recurses. A call that throws leaves the reader where it was
/// or inside the damaged value: stop reading.
package struct MessagePackReader: Sendable {
    /// Seconds from 1970 to Go's zero time, 0001-01-01T00:00:00Z.
    static let goZeroSeconds: Int64 = -62_135_596_800

    private let bytes: ArraySlice<UInt8>
    private var index: Int

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    package init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    /// Bytes read so far.
    package var offset: Int { index - bytes.startIndex }

    package var isAtEnd: Bool { index == bytes.endIndex }

    /// What was not read yet.
    package var rest: ArraySlice<UInt8> { bytes[index...] }

    private var available: Int { bytes.endIndex - index }

    /// The type of the next value, which stays unread.
    package func nextKind() throws(MessagePackError) -> MessagePackKind {
        guard index < bytes.endIndex else { throw .truncated(offset: offset) }
        guard let kind = MessagePackKind(firstByte: bytes[index]) else {
            throw .reservedByte(offset: offset)
        }
        return kind
    }

    /// Reads a nil if one is next; says whether it did.
    package mutating func readNull() throws(MessagePackError) -> Bool {
        guard index < bytes.endIndex else { throw .truncated(offset: offset) }
        guard bytes[index] == 0xc0 else { return false }
        index += 1
        return true
    }

    package mutating func readBoolean() throws(MessagePackError) -> Bool {
        let marker = try readMarker()
        switch marker {
        case 0xc2: return false
        case 0xc3: return true
        default: throw unexpected(marker)
        }
    }

    /// Any integer form, as long as the value fits.
    package mutating func readInt64() throws(MessagePackError) -> Int64 {
        let start = offset
        let (magnitude, isNegative) = try readInteger()
        if isNegative { return Int64(bitPattern: magnitude) }
        guard let value = Int64(exactly: magnitude) else { throw .integerOutOfRange(offset: start) }
        return value
    }

    package mutating func readInt() throws(MessagePackError) -> Int {
        Int(try readInt64())
    }

    /// Any integer form, as long as the value is not negative.
    package mutating func readUInt64() throws(MessagePackError) -> UInt64 {
        let start = offset
        let (value, isNegative) = try readInteger()
        guard !isNegative else { throw .integerOutOfRange(offset: start) }
        return value
    }

    /// The bytes of a string, which need not be UTF-8.
    package mutating func readStringBytes() throws(MessagePackError) -> ArraySlice<UInt8> {
        let marker = try readMarker()
        switch marker {
        case 0xa0...0xbf: return try take(Int(marker & 31))
        case 0xd9: return try take(Int(try readBigEndian(UInt8.self)))
        case 0xda: return try take(Int(try readBigEndian(UInt16.self)))
        case 0xdb: return try take(Int(try readBigEndian(UInt32.self)))
        default: throw unexpected(marker)
        }
    }

    package mutating func readString() throws(MessagePackError) -> String {
        let start = offset
        guard let string = String(validating: try readStringBytes(), as: UTF8.self) else {
            throw .invalidUTF8(offset: start)
        }
        return string
    }

    package mutating func readBinary() throws(MessagePackError) -> ArraySlice<UInt8> {
        let marker = try readMarker()
        switch marker {
        case 0xc4: return try take(Int(try readBigEndian(UInt8.self)))
        case 0xc5: return try take(Int(try readBigEndian(UInt16.self)))
        case 0xc6: return try take(Int(try readBigEndian(UInt32.self)))
        default: throw unexpected(marker)
        }
    }

    /// How many values follow; at most as many as bytes are left.
    package mutating func readArray() throws(MessagePackError) -> Int {
        let marker = try readMarker()
        switch marker {
        case 0x90...0x9f: return try checked(count: Int(marker & 15), bytesEach: 1)
        case 0xdc: return try readCount(UInt16.self, bytesEach: 1)
        case 0xdd: return try readCount(UInt32.self, bytesEach: 1)
        default: throw unexpected(marker)
        }
    }

    /// How many pairs of key and value follow; at most half as many as bytes are left.
    package mutating func readMap() throws(MessagePackError) -> Int {
        let marker = try readMarker()
        switch marker {
        case 0x80...0x8f: return try checked(count: Int(marker & 15), bytesEach: 2)
        case 0xde: return try readCount(UInt16.self, bytesEach: 2)
        case 0xdf: return try readCount(UInt32.self, bytesEach: 2)
        default: throw unexpected(marker)
        }
    }

    /// A moment in `msgp`'s form (extension type 5) or the specification's (type −1); `nil` for Go's
    /// zero time and for a nil value.
    package mutating func readTime() throws(MessagePackError) -> Timestamp? {
        if try readNull() { return nil }
        let start = offset
        let (type, payload) = try readExtension()
        var value = BigEndianCursor(payload)
        let seconds: Int64
        let nanoseconds: Int64
        switch (type, payload.count) {
        case (5, 12):
            seconds = Int64(bitPattern: value.next(8))
            nanoseconds = Int64(value.next(4))
        case (-1, 4):
            (seconds, nanoseconds) = (Int64(value.next(4)), 0)
        case (-1, 8):
            let both = value.next(8)
            (seconds, nanoseconds) = (Int64(both & 0x3_ffff_ffff), Int64(both >> 34))
        case (-1, 12):
            nanoseconds = Int64(value.next(4))
            seconds = Int64(bitPattern: value.next(8))
        default: throw .invalidTimestamp(offset: start)
        }
        guard (0..<1_000_000_000).contains(nanoseconds) else { throw .invalidTimestamp(offset: start) }
        if seconds == Self.goZeroSeconds, nanoseconds == 0 { return nil }
        // Before 1970 the whole seconds alone may lie below the range that the sum is in.
        let (shifted, rest) =
            seconds < 0 ? (seconds &+ 1, nanoseconds - 1_000_000_000) : (seconds, nanoseconds)
        let (product, overflow) = shifted.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = product.addingReportingOverflow(rest)
        guard !overflow, !carry else { throw .invalidTimestamp(offset: start) }
        return Timestamp(nanoseconds: sum)
    }

    /// The type and the payload of an extension value.
    package mutating func readExtension() throws(MessagePackError) -> (type: Int8, payload: ArraySlice<UInt8>)
    {
        let marker = try readMarker()
        let byteCount: Int
        switch marker {
        case 0xd4...0xd8: byteCount = 1 << Int(marker - 0xd4)
        case 0xc7: byteCount = Int(try readBigEndian(UInt8.self))
        case 0xc8: byteCount = Int(try readBigEndian(UInt16.self))
        case 0xc9: byteCount = Int(try readBigEndian(UInt32.self))
        default: throw unexpected(marker)
        }
        let type = Int8(bitPattern: try readBigEndian(UInt8.self))
        return (type, try take(byteCount))
    }

    /// The next value with all that is in it, undecoded.
    package mutating func readEncoded() throws(MessagePackError) -> ArraySlice<UInt8> {
        let start = index
        try skip()
        return bytes[start..<index]
    }

    /// Passes over the next value with all that is in it, however deep, without recursion.
    package mutating func skip() throws(MessagePackError) {
        var pendingCount = 1
        while pendingCount > 0 {
            guard pendingCount <= available else { throw .truncated(offset: offset) }
            pendingCount -= 1
            switch try nextKind() {
            case .null, .boolean: index += 1
            case .integer: _ = try readInteger()
            case .float: try skipFloat()
            case .string: _ = try readStringBytes()
            case .binary: _ = try readBinary()
            case .extension: _ = try readExtension()
            case .array: pendingCount += try readArray()
            case .map: pendingCount += 2 * (try readMap())
            }
        }
    }

    package func expectEnd() throws(MessagePackError) {
        guard isAtEnd else { throw .trailingBytes(offset: offset) }
    }

    private mutating func skipFloat() throws(MessagePackError) {
        let marker = try readMarker()
        _ = try take(marker == 0xca ? 4 : 8)
    }

    /// The value's bits, sign-extended when negative.
    private mutating func readInteger() throws(MessagePackError) -> (bits: UInt64, isNegative: Bool) {
        let marker = try readMarker()
        switch marker {
        case 0x00...0x7f: return (UInt64(marker), false)
        case 0xe0...0xff: return signed(Int64(Int8(bitPattern: marker)))
        case 0xcc: return (UInt64(try readBigEndian(UInt8.self)), false)
        case 0xcd: return (UInt64(try readBigEndian(UInt16.self)), false)
        case 0xce: return (UInt64(try readBigEndian(UInt32.self)), false)
        case 0xcf: return (try readBigEndian(UInt64.self), false)
        case 0xd0: return signed(Int64(Int8(bitPattern: try readBigEndian(UInt8.self))))
        case 0xd1: return signed(Int64(Int16(bitPattern: try readBigEndian(UInt16.self))))
        case 0xd2: return signed(Int64(Int32(bitPattern: try readBigEndian(UInt32.self))))
        case 0xd3: return signed(Int64(bitPattern: try readBigEndian(UInt64.self)))
        default: throw unexpected(marker)
        }
    }

    private func signed(_ value: Int64) -> (bits: UInt64, isNegative: Bool) {
        (UInt64(bitPattern: value), value < 0)
    }

    private mutating func readMarker() throws(MessagePackError) -> UInt8 {
        guard index < bytes.endIndex else { throw .truncated(offset: offset) }
        defer { index += 1 }
        return bytes[index]
    }

    /// For the marker that was read last.
    private func unexpected(_ marker: UInt8) -> MessagePackError {
        .unexpectedType(found: marker, offset: offset - 1)
    }

    private mutating func readBigEndian<Value: FixedWidthInteger & UnsignedInteger>(
        _ type: Value.Type
    ) throws(MessagePackError) -> Value {
        let byteCount = Value.bitWidth / 8
        guard byteCount <= available else { throw .truncated(offset: offset) }
        var value: UInt64 = 0
        for position in index..<index + byteCount { value = value << 8 | UInt64(bytes[position]) }
        index += byteCount
        return Value(truncatingIfNeeded: value)
    }

    private mutating func take(_ byteCount: Int) throws(MessagePackError) -> ArraySlice<UInt8> {
        guard byteCount <= available else { throw .truncated(offset: offset) }
        defer { index += byteCount }
        return bytes[index..<index + byteCount]
    }

    private mutating func readCount<Value: FixedWidthInteger & UnsignedInteger>(
        _ type: Value.Type,
        bytesEach: Int
    ) throws(MessagePackError) -> Int {
        let count = Int(try readBigEndian(type))
        return try checked(count: count, bytesEach: bytesEach)
    }

    private func checked(count: Int, bytesEach: Int) throws(MessagePackError) -> Int {
        guard count * bytesEach <= available else { throw .truncated(offset: offset) }
        return count
    }
}

/// Reads big-endian integers off a payload whose size was checked before.
private struct BigEndianCursor {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    mutating func next(_ byteCount: Int) -> UInt64 {
        defer { bytes = bytes.dropFirst(byteCount) }
        return bytes.prefix(byteCount).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
