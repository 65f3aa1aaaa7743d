/// The type of a MessagePack value, from its first byte.
package enum MessagePackKind: Sendable, Hashable {
    case null, boolean, integer, float, string, binary, array, map, `extension`

    /// `nil` for the reserved byte `c1`.
    package init?(firstByte: UInt8) {
        switch firstByte {
        case 0x00...0x7f, 0xcc...0xd3, 0xe0...0xff: self = .integer
        case 0x80...0x8f, 0xde, 0xdf: self = .map
        case 0x90...0x9f, 0xdc, 0xdd: self = .array
        case 0xa0...0xbf, 0xd9...0xdb: self = .string
        case 0xc0: self = .null
        case 0xc2, 0xc3: self = .boolean
        case 0xc4...0xc6: self = .binary
        case 0xc7...0xc9, 0xd4...0xd8: self = .extension
        case 0xca, 0xcb: self = .float
        default: return nil
        }
    }
}
