import CCurl
package import Posix

/// What a URL says between `//` and the port.
package enum WebHost: Hashable, Sendable {
    /// Lower-case letters, digits, `-`, `_` and dots; not what a resolver could take for a number.
    case name(String)
    case address(SocketAddress.Host)

    static let nameSizeMax = 253

    init(_ text: Substring) throws(WebURLError) {
        if text.first == "[" {
            guard text.last == "]", let address = Self.v6(String(text.dropFirst().dropLast())) else {
                throw .malformedHost
            }
            self = .address(address)
        } else if let address = Self.v4(String(text)) {
            self = .address(address)
        } else {
            self = .name(try Self.checkedName(text.lowercased()))
        }
    }

    /// The name that loopback has everywhere (RFC 6761 §6.3).
    var isLoopbackName: Bool {
        guard case .name(let name) = self else { return false }
        return name == "localhost" || name.hasSuffix(".localhost")
    }

    private static func checkedName(_ name: String) throws(WebURLError) -> String {
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard name.utf8.count <= nameSizeMax, let last = labels.last else { throw .malformedHost }
        for label in labels {
            guard (1...63).contains(label.count), label.allSatisfy(isNameByte) else { throw .malformedHost }
        }
        // `127.1`, `0x7f000001` and `2130706433` are addresses to inet_aton(3), which resolvers ask first.
        guard last.contains(where: { $0.isLetter }), !last.starts(with: "0x".utf8) else {
            throw .malformedHost
        }
        return name
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte.isLetter || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }

    private static func v4(_ text: String) -> SocketAddress.Host? {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard !text.utf8.contains(0), ccurl_parse_v4(text, &bytes) == 1 else { return nil }
        return SocketAddress.Host(networkOrder: bytes[..<4])
    }

    private static func v6(_ text: String) -> SocketAddress.Host? {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard !text.utf8.contains(0), ccurl_parse_v6(text, &bytes) == 1 else { return nil }
        return SocketAddress.Host(networkOrder: bytes[...])
    }
}

extension WebHost: CustomStringConvertible {
    /// As a URL has it: an IPv6 address in brackets.
    package var description: String {
        switch self {
        case .name(let name): return name
        case .address(let host):
            let address = SocketAddress(host: host, port: 0)
            return address.isV6 ? "[\(address.hostText)]" : address.hostText
        }
    }
}

extension SocketAddress.Host {
    /// - Parameter bytes: 4 or 16 of them.
    init(networkOrder bytes: ArraySlice<UInt8>) {
        func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        let start = bytes.startIndex
        switch bytes.count {
        case 4: self = .v4(bytes[start], bytes[start + 1], bytes[start + 2], bytes[start + 3])
        case 16: self = .v6(high: number(bytes.prefix(8)), low: number(bytes.suffix(8)), scope: 0)
        default: preconditionFailure("an address has 4 or 16 bytes")
        }
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
}
