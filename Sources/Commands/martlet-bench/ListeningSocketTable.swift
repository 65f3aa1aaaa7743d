import Posix

/// The listening sockets of `/proc/net/tcp` and `/proc/net/tcp6`.
struct ListeningSocketTable: Equatable, Sendable {
    struct Entry: Equatable, Sendable {
        var host: SocketAddress.Host
        var port: UInt16
        /// Names the socket among a process's descriptors: `socket:[inode]`.
        var inode: UInt64
    }

    private(set) var entries: [Entry] = []

    /// Lines it does not understand are left out, the one with the titles among them.
    ///
    ///     sl  local_address rem_address   st …           uid  timeout inode
    ///      0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 43210 1 …
    init(_ text: some StringProtocol) {
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split { $0 == UInt8(ascii: " ") }.map { String(decoding: $0, as: UTF8.self) }
            let isListening = "0A"
            guard fields.count > 9, fields[3] == isListening, let inode = UInt64(fields[9]),
                let (host, port) = Self.address(fields[1])
            else { continue }
            entries.append(Entry(host: host, port: port, inode: inode))
        }
    }

    /// The inodes of the sockets that take connections to `address`.
    func inodes(for address: SocketAddress) -> Set<UInt64> {
        Set(
            entries.filter { entry in
                guard entry.port == address.port else { return false }
                let own = SocketAddress(host: entry.host, port: entry.port)
                // A wildcard of IPv6 usually serves IPv4 too.
                return own.host == address.host || own.isWildcard && (own.isV6 || !address.isV6)
            }.map(\.inode)
        )
    }

    /// The kernel prints an address as words of 32 bits in the machine's byte order, and the port as a number.
    private static func address(_ text: String) -> (SocketAddress.Host, UInt16)? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count == 4, let port = UInt16(parts[1], radix: 16) else {
            return nil
        }
        let digits = Array(parts[0].utf8)
        guard digits.count == 8 || digits.count == 32 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 8) {
            let word = String(decoding: digits[start..<(start + 8)], as: UTF8.self)
            guard let value = UInt32(word, radix: 16) else { return nil }
            withUnsafeBytes(of: value) { bytes += $0 }
        }
        return (host(bytes), port)
    }

    private static func host(_ bytes: [UInt8]) -> SocketAddress.Host {
        guard bytes.count == 16 else { return .v4(bytes[0], bytes[1], bytes[2], bytes[3]) }
        let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 255 && bytes[11] == 255
        if isMapped { return .v4(bytes[12], bytes[13], bytes[14], bytes[15]) }
        func half(_ part: ArraySlice<UInt8>) -> UInt64 { part.reduce(0) { $0 << 8 | UInt64($1) } }
        return .v6(high: half(bytes[..<8]), low: half(bytes[8...]), scope: 0)
    }
}
