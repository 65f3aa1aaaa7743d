internal import HTTP
internal import Policy

/// Finds out whom a request came from where proxies stand between.
///
///     client 203.0.113.9 ─▶ proxy 10.0.0.2 ─▶ proxy 10.0.0.1 ─▶ server
///     X-Forwarded-For: (whatever the client wrote,) 203.0.113.9, 10.0.0.2      peer: 10.0.0.1
///
/// Read from the right, as each proxy appends whom it heard: the first address that is no trusted proxy's is the
/// client's. What stands left of it anybody could have written.
struct ClientAddresses: Sendable {
    /// None means that nothing a request says of its way is believed.
    let proxies: [IPNetwork]

    /// - Parameter peer: the address the connection comes from, without a port.
    /// - Returns: an address without a port.
    func client(of head: RequestHead, from peer: String) -> String {
        guard isTrusted(peer) else { return peer }
        var hops = Self.hops(head)
        var address = peer
        while isTrusted(address), let hop = hops.popLast() {
            guard let next = Self.address(hop) else { break }
            address = next
        }
        return address
    }

    private func isTrusted(_ address: String) -> Bool {
        guard !proxies.isEmpty, let address = IPNetwork(address) else { return false }
        return proxies.contains { $0.contains(address) }
    }

    /// As written, from the client to the last proxy but one. A proxy writes one of the three; the one that most write
    /// counts, so that a client cannot put another in front.
    private static func hops(_ head: RequestHead) -> [String] {
        let forwardedFor = head.elements(of: "X-Forwarded-For")
        guard forwardedFor.isEmpty else { return forwardedFor }
        let real = head.elements(of: "X-Real-IP")
        guard real.isEmpty else { return Array(real.suffix(1)) }
        return head.elements(of: "Forwarded").map { element in
            let node = element.split(separator: ";").first { $0.trimmed.lowercased().hasPrefix("for=") }
            return node.map { String($0.trimmed.dropFirst(4)) } ?? ""
        }
    }

    /// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`, each also in quotes; `nil` for anything else, such
    /// as `unknown` and `_hidden`.
    private static func address(_ hop: String) -> String? {
        var text = hop.trimmed[...]
        if text.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            text = text[text.index(after: text.startIndex)..<end]
        } else if text.count(where: { $0 == ":" }) == 1, let colon = text.firstIndex(of: ":") {
            text = text[..<colon]
        }
        guard !text.contains("/"), IPNetwork(String(text)) != nil else { return nil }
        return String(text)
    }
}

extension RequestHead {
    /// Of a header that is a list, in all of its fields.
    fileprivate func elements(of name: HeaderName) -> [String] {
        values(of: name).flatMap { value in
            value.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self).trimmed }
        }
    }
}

extension StringProtocol {
    /// Without white space on either side.
    fileprivate var trimmed: String {
        let isSpace: (Unicode.Scalar) -> Bool = { $0 == " " || $0 == "\t" }
        var scalars = String(self).unicodeScalars[...]
        scalars = scalars.drop(while: isSpace)
        while let last = scalars.last, isSpace(last) { scalars = scalars.dropLast() }
        return String(scalars)
    }
}
