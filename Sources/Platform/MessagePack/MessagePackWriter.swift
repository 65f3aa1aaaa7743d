package import Base

/// Appends MessagePack values to a byte array, in the forms Go's `msgp` chooses, so that what is
/// written here is byte for byte what a Go server would write.
///
/// Signed and unsigned integers are different calls, because the Go writer never uses an unsigned
/// form for a signed field: 200 is `d1 00 c8` signed and `cc c8` unsigned.
package struct MessagePackWriter: Sendable {
    package private(set) var bytes: [UInt8]

    package init(reservingCapacity byteCount: Int = 0) {
        bytes = []
        bytes.reserveCapacity(byteCount)
    }

    /// Goes on after bytes that are there already.
    package init(appendingTo bytes: consuming [UInt8]) { self.bytes = bytes }

    package mutating func writeNull() { bytes.append(0xc0) }

    package mutating func write(_ boolean: Bool) { bytes.append(boolean ? 0xc3 : 0xc2) }

    package mutating func write(signed value: Int64) {
        switch value {
        case 0...127, -32..<0: bytes.append(UInt8(truncatingIfNeeded: value))
        case -128 ..< -32: append(0xd0, UInt8(truncatingIfNeeded: value))
        case -32768...32767: append(0xd1, UInt16(truncatingIfNeeded: value))
        case -2_147_483_648...2_147_483_647: append(0xd2, UInt32(truncatingIfNeeded: value))
        default: append(0xd3, UInt64(bitPattern: value))
        }
    }

    package mutating func write(signed value: Int) { write(signed: Int64(value)) }

    package mutating func write(unsigned value: UInt64) {
        switch value {
        case 0...127: bytes.append(UInt8(value))
        case 128...255: append(0xcc, UInt8(value))
        case 256...0xffff: append(0xcd, UInt16(value))
        case 0x1_0000...0xffff_ffff: append(0xce, UInt32(value))
        default: append(0xcf, value)
        }
    }

    package mutating func write(_ string: String) {
        writeStringHeader(byteCount: string.utf8.count)
        bytes.append(contentsOf: string.utf8)
    }

    /// A string value of bytes that need not be UTF-8: Go strings are not either.
    package mutating func write(string: some Collection<UInt8>) {
        writeStringHeader(byteCount: string.count)
        bytes.append(contentsOf: string)
    }

    package mutating func write(binary: some Collection<UInt8>) {
        switch length(binary.count) {
        case 0...0xff: append(0xc4, UInt8(binary.count))
        case 0...0xffff: append(0xc5, UInt16(binary.count))
        default: append(0xc6, UInt32(binary.count))
        }
        bytes.append(contentsOf: binary)
    }

    /// A binary value whose length always takes four bytes, as the container of `xl.meta` has it.
    package mutating func write(binary32 binary: some Collection<UInt8>) {
        append(0xc6, length(binary.count))
        bytes.append(contentsOf: binary)
    }

    /// An unsigned integer that always takes four bytes (`ce`).
    package mutating func write(unsigned32 value: UInt32) { append(0xce, value) }

    /// The caller writes `count` values after it.
    package mutating func writeArray(count: Int) {
        switch length(count) {
        case 0...15: bytes.append(0x90 | UInt8(count))
        case 0...0xffff: append(0xdc, UInt16(count))
        default: append(0xdd, UInt32(count))
        }
    }

    /// The caller writes `count` pairs of a key and a value after it.
    package mutating func writeMap(count: Int) {
        switch length(count) {
        case 0...15: bytes.append(0x80 | UInt8(count))
        case 0...0xffff: append(0xde, UInt16(count))
        default: append(0xdf, UInt32(count))
        }
    }

    /// `msgp`'s extension of type 5: seconds (i64) and nanoseconds (i32), big-endian. `nil` is Go's
    /// zero time, 0001-01-01T00:00:00Z.
    package mutating func write(time: Timestamp?) {
        bytes.append(contentsOf: [0xc7, 12, 5])
        guard let time else {
            append(UInt64(bitPattern: MessagePackReader.goZeroSeconds))
            append(UInt32(0))
            return
        }
        append(UInt64(bitPattern: time.seconds))
        let (_, remainder) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        append(UInt32(remainder < 0 ? remainder + 1_000_000_000 : remainder))
    }

    /// Values that are encoded already, copied as they are.
    package mutating func write(encoded values: some Collection<UInt8>) { bytes.append(contentsOf: values) }

    private mutating func writeStringHeader(byteCount: Int) {
        switch length(byteCount) {
        case 0...31: bytes.append(0xa0 | UInt8(byteCount))
        case 0...0xff: append(0xd9, UInt8(byteCount))
        case 0...0xffff: append(0xda, UInt16(byteCount))
        default: append(0xdb, UInt32(byteCount))
        }
    }

    /// MessagePack has no lengths past 32 bits; nothing this program writes comes near.
    private func length(_ count: Int) -> UInt32 {
        guard let length = UInt32(exactly: count) else {
            preconditionFailure("a MessagePack length of \(count) does not fit 32 bits")
        }
        return length
    }

    private mutating func append(_ marker: UInt8, _ value: some FixedWidthInteger) {
        bytes.append(marker)
        append(value)
    }

    private mutating func append<Value: FixedWidthInteger>(_ value: Value) {
        for shift in stride(from: Value.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
