/// Why bytes are not a JSON text (RFC 8259). Offsets count from the text's first byte.
package enum JSONError: Error, Equatable, Sendable {
    /// The text is longer than the caller allows.
    case tooLarge(size: Int, sizeMax: Int)
    /// Arrays and objects are nested deeper than the caller allows.
    case tooDeep(depthMax: Int)
    case unexpectedEnd
    case unexpectedByte(UInt8, offset: Int)
    case invalidNumber(offset: Int)
    /// An escape that does not exist, or half a surrogate pair.
    case invalidEscape(offset: Int)
    /// A string with a raw control character.
    case controlCharacter(offset: Int)
    case invalidUTF8(offset: Int)
    /// An object has a key twice, and the caller wants to know. The offset is that of the second one.
    case repeatedKey(offset: Int)
}
