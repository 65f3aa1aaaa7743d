package import Posix

/// Who can be reached at an address, by the registries of IANA (RFC 6890 and its successors).
package enum AddressScope: Sendable, CaseIterable {
    case global
    /// Networks of one organisation: RFC 1918, RFC 4193, and the carriers' 100.64.0.0/10.
    case privateNetwork
    case loopback
    /// The same cable; clouds publish their machines' credentials at such an address.
    case linkLocal
    /// Unspecified, multicast, for documents, or not given to anybody.
    case reserved

    /// An IPv6 address that carries an IPv4 address is that address: mapped, compatible, NAT64, 6to4, Teredo.
    package init(_ host: SocketAddress.Host) {
        switch host {
        case .v4(let first, let second, let third, let fourth):
            self.init(v4: [first, second, third, fourth].reduce(0) { $0 << 8 | UInt32($1) })
        case .v6(let high, let low, scope: _): self.init(high: high, low: low)
        }
    }

    private struct Block {
        let prefix: UInt32
        let length: UInt32
        let scope: AddressScope
    }

    private static let v4Blocks = [
        Block(prefix: 0x0000_0000, length: 8, scope: .reserved),
        Block(prefix: 0x0a00_0000, length: 8, scope: .privateNetwork),
        Block(prefix: 0x6440_0000, length: 10, scope: .privateNetwork),
        Block(prefix: 0x7f00_0000, length: 8, scope: .loopback),
        Block(prefix: 0xa9fe_0000, length: 16, scope: .linkLocal),
        Block(prefix: 0xac10_0000, length: 12, scope: .privateNetwork),
        Block(prefix: 0xc000_0000, length: 24, scope: .reserved),
        Block(prefix: 0xc000_0200, length: 24, scope: .reserved),
        Block(prefix: 0xc058_6300, length: 24, scope: .reserved),
        Block(prefix: 0xc0a8_0000, length: 16, scope: .privateNetwork),
        Block(prefix: 0xc612_0000, length: 15, scope: .reserved),
        Block(prefix: 0xc633_6400, length: 24, scope: .reserved),
        Block(prefix: 0xcb00_7100, length: 24, scope: .reserved),
        Block(prefix: 0xe000_0000, length: 3, scope: .reserved),
    ]

    private init(v4 address: UInt32) {
        let block = Self.v4Blocks.first { address >> (32 - $0.length) == $0.prefix >> (32 - $0.length) }
        self = block?.scope ?? .global
    }

    private init(high: UInt64, low: UInt64) {
        if high == 0 {
            switch (low, low >> 32) {
            case (0, _): self = .reserved
            case (1, _): self = .loopback
            case (_, 0), (_, 0xffff): self.init(v4: UInt32(truncatingIfNeeded: low))
            default: self = .reserved
            }
            return
        }
        switch high >> 48 {
        case 0xfe80...0xfebf: self = .linkLocal
        case 0xfec0...0xfeff, 0xfc00...0xfdff: self = .privateNetwork
        case 0x2002: self.init(v4: UInt32(truncatingIfNeeded: high >> 16))
        case 0x0064: self.init(translated: high, low)
        case 0x2001: self.init(special: high, low)
        // 2000::/3 is all that was ever given out.
        case 0x2000...0x3fff: self = .global
        default: self = .reserved
        }
    }

    /// 64:ff9b::/96 (RFC 6052), and 64:ff9b:1::/48 for use inside a network (RFC 8215).
    private init(translated high: UInt64, _ low: UInt64) {
        switch high {
        case 0x0064_ff9b_0000_0000 where low >> 32 == 0: self.init(v4: UInt32(truncatingIfNeeded: low))
        case 0x0064_ff9b_0001_0000...0x0064_ff9b_0001_ffff: self = .privateNetwork
        default: self = .reserved
        }
    }

    /// 2001::/16: Teredo has the client's address with its bits turned over; 2001:db8::/32 is for documents.
    private init(special high: UInt64, _ low: UInt64) {
        switch high >> 32 {
        case 0x2001_0000: self.init(v4: ~UInt32(truncatingIfNeeded: low))
        case 0x2001_0db8: self = .reserved
        case 0x2001_0001...0x2001_01ff: self = .reserved
        default: self = .global
        }
    }
}
