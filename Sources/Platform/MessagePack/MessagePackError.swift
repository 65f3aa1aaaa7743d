/// Why bytes are not the MessagePack a reader asked for. Offsets count from the reader's first byte.
package enum MessagePackError: Error, Equatable, Sendable {
    /// A value, or a declared length, runs past the end.
    case truncated(offset: Int)
    /// A value of another type than asked for; `found` is its first byte.
    case unexpectedType(found: UInt8, offset: Int)
    /// The integer does not fit the asked type.
    case integerOutOfRange(offset: Int)
    case invalidUTF8(offset: Int)
    /// A timestamp outside the years 1678 to 2262, or of impossible form.
    case invalidTimestamp(offset: Int)
    /// The byte `c1`, which the specification never uses.
    case reservedByte(offset: Int)
    /// A map key that must be there is not.
    case missingKey(String)
    /// Bytes follow the last value.
    case trailingBytes(offset: Int)
}
