/// Where a server listens: one address, or all of the machine's, and a port.
package struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// An IPv4 or IPv6 address without brackets, or a name; `nil` means every address of the machine.
    package var host: String?
    /// 0 lets the kernel choose.
    package var port: UInt16

    package init(host: String?, port: UInt16) { (self.host, self.port) = (host, port) }

    /// Reads `:9000`, `10.0.0.1:9000`, `[::1]:9000`, `localhost:9000`.
    package init(parsing text: String) throws(InvalidValue) {
        let expectation = InvalidValue("an address such as :9000, 127.0.0.1:9000 or [::1]:9000")
        guard let colon = text.lastIndex(of: ":") else { throw expectation }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0.isDigit }), let port = UInt16(digits) else {
            throw InvalidValue("an address whose port is 0 to 65535, such as :9000")
        }
        guard let host = Self.host(text[..<colon]) else { throw expectation }
        self.init(host: host.isEmpty ? nil : host, port: port)
    }

    /// Only programs on this machine can reach it.
    package var isLoopback: Bool {
        guard let host else { return false }
        return host == "localhost" || host == "::1" || (host.hasPrefix("127.") && isIPv4(host))
    }

    package var description: String {
        guard let host else { return ":\(port)" }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private static func host(_ text: Substring) -> String? {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inside = text.dropFirst().dropLast()
            let isAddress =
                inside.contains(":")
                && inside.utf8.allSatisfy {
                    $0.isHexadecimalDigit || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
                }
            return isAddress ? String(inside) : nil
        }
        if text.isEmpty || isHostName(text) { return text.lowercased() }
        return nil
    }
}

/// Four numbers of 0 to 255.
func isIPv4(_ text: some StringProtocol) -> Bool {
    let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 4 && numbers.allSatisfy { $0.utf8.allSatisfy(\.isDigit) && UInt8($0) != nil }
}

/// Labels of letters, digits and hyphens (RFC 1123 §2.1); an IPv4 address is one too. Underscores are
/// let through because container networks use them.
func isHostName(_ text: some StringProtocol) -> Bool {
    text.utf8.count <= 253
        && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy {
                    $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                }
        }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    var isHexadecimalDigit: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20) }
}
