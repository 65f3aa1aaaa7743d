import CLinux

/// An IPv4 or IPv6 address with a port.
///
/// IPv4 addresses mapped into IPv6 (`::ffff:1.2.3.4`) become IPv4 when they come from the kernel, so that
/// one client has one address whichever socket it reached.
package struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    package enum Host: Hashable, Sendable {
        case v4(UInt8, UInt8, UInt8, UInt8)
        /// High and low half in host order, and the interface index of a link-local address (0: none).
        case v6(high: UInt64, low: UInt64, scope: UInt32)
    }

    package var host: Host
    package var port: UInt16

    package init(host: Host, port: UInt16) {
        self.host = host
        self.port = port
    }

    package static func loopback(port: UInt16) -> Self { Self(host: .v4(127, 0, 0, 1), port: port) }

    package var isV6: Bool {
        switch host {
        case .v4: false
        case .v6: true
        }
    }

    /// 127.0.0.0/8 or `::1`.
    package var isLoopback: Bool {
        switch host {
        case .v4(let first, _, _, _): first == 127
        case .v6(let high, let low, _): high == 0 && low == 1
        }
    }

    /// `0.0.0.0` or `::`: every address of the machine.
    package var isWildcard: Bool {
        switch host {
        case .v4(let first, let second, let third, let fourth): first | second | third | fourth == 0
        case .v6(let high, let low, _): high == 0 && low == 0
        }
    }

    /// Without the port: `127.0.0.1`, `2001:db8::1` (RFC 5952).
    package var hostText: String {
        switch host {
        case .v4(let first, let second, let third, let fourth): return "\(first).\(second).\(third).\(fourth)"
        case .v6(let high, let low, let scope):
            let text = Self.text(of: Self.groups(high, low))
            return scope == 0 ? text : "\(text)%\(scope)"
        }
    }

    /// As in `127.0.0.1:9000` and `[::1]:9000`.
    package var description: String { isV6 ? "[\(hostText)]:\(port)" : "\(hostText):\(port)" }

    private static func groups(_ high: UInt64, _ low: UInt64) -> [UInt16] {
        [high, low].flatMap { half in (0..<4).map { UInt16(truncatingIfNeeded: half >> (48 - 16 * $0)) } }
    }

    /// The longest run of two or more zero groups becomes `::`, the first of equals.
    private static func text(of groups: [UInt16]) -> String {
        var best = 0..<0
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        func joined(_ part: some Sequence<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard !best.isEmpty else { return joined(groups) }
        return joined(groups[..<best.lowerBound]) + "::" + joined(groups[best.upperBound...])
    }
}

// MARK: the shim's shape

extension SocketAddress {
    init(_ raw: clinux_address) {
        let bytes = withUnsafeBytes(of: raw.bytes) { Array($0) }
        port = raw.port
        let isMapped =
            raw.is_v6 != 0 && bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 255 && bytes[11] == 255
        if raw.is_v6 == 0 || isMapped {
            let tail = isMapped ? bytes[12...] : bytes[..<4]
            host = .v4(
                tail[tail.startIndex],
                tail[tail.startIndex + 1],
                tail[tail.startIndex + 2],
                tail[tail.startIndex + 3]
            )
        } else {
            func half(_ part: ArraySlice<UInt8>) -> UInt64 { part.reduce(0) { $0 << 8 | UInt64($1) } }
            host = .v6(high: half(bytes[..<8]), low: half(bytes[8...]), scope: raw.scope)
        }
    }

    var raw: clinux_address {
        var raw = clinux_address()
        raw.port = port
        switch host {
        case .v4(let first, let second, let third, let fourth):
            (raw.bytes.0, raw.bytes.1, raw.bytes.2, raw.bytes.3) = (first, second, third, fourth)
        case .v6(let high, let low, let scope):
            raw.is_v6 = 1
            raw.scope = scope
            withUnsafeMutableBytes(of: &raw.bytes) { bytes in
                bytes.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
                bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
        }
        return raw
    }
}
