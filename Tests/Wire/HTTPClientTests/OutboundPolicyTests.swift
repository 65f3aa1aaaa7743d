import HTTPClient
import Posix
import Testing

private func address(_ text: String) throws -> SocketAddress.Host {
    let url = try WebURL(text.contains(":") ? "http://[\(text)]/" : "http://\(text)/")
    guard case .address(let host) = url.origin.host else {
        throw WebURLError.malformedHost
    }
    return host
}

@Suite struct AddressScopeTests {
    @Test(arguments: [
        ("0.0.0.0", AddressScope.reserved), ("0.255.255.255", .reserved), ("1.0.0.0", .global),
        ("9.255.255.255", .global), ("10.0.0.0", .privateNetwork), ("10.255.255.255", .privateNetwork),
        ("11.0.0.0", .global), ("100.63.255.255", .global), ("100.64.0.0", .privateNetwork),
        ("100.127.255.255", .privateNetwork), ("100.128.0.0", .global), ("126.255.255.255", .global),
        ("127.0.0.0", .loopback), ("127.255.255.255", .loopback), ("128.0.0.0", .global),
        ("169.253.255.255", .global), ("169.254.0.0", .linkLocal), ("169.254.169.254", .linkLocal),
        ("169.254.255.255", .linkLocal), ("169.255.0.0", .global), ("172.15.255.255", .global),
        ("172.16.0.0", .privateNetwork), ("172.31.255.255", .privateNetwork), ("172.32.0.0", .global),
        ("192.0.0.8", .reserved), ("192.0.2.1", .reserved), ("192.88.99.1", .reserved),
        ("192.167.255.255", .global), ("192.168.0.0", .privateNetwork), ("192.168.255.255", .privateNetwork),
        ("192.169.0.0", .global), ("198.17.255.255", .global), ("198.18.0.0", .reserved),
        ("198.19.255.255", .reserved), ("198.20.0.0", .global), ("198.51.100.7", .reserved),
        ("203.0.113.7", .reserved), ("223.255.255.255", .global), ("224.0.0.0", .reserved),
        ("255.255.255.255", .reserved), ("8.8.8.8", .global),
        ("::", .reserved), ("::1", .loopback), ("::2", .reserved), ("::127.0.0.1", .loopback),
        ("::ffff:127.0.0.1", .loopback), ("::ffff:10.1.2.3", .privateNetwork), ("::ffff:8.8.8.8", .global),
        ("::ffff:169.254.169.254", .linkLocal), ("::1:0:0", .reserved), ("64:ff9b::7f00:1", .loopback),
        ("64:ff9b::808:808", .global), ("64:ff9b:1::1", .privateNetwork), ("64:ff9b:2::1", .reserved),
        ("100::1", .reserved), ("2002:7f00:1::1", .loopback), ("2002:808:808::1", .global),
        ("2001::80ff:fffe", .loopback), ("2001:0:1:2:3:4:f7f7:f7f7", .global), ("2001:db8::1", .reserved),
        ("2001:20::1", .reserved), ("2001:4860:4860::8888", .global), ("2a00::1", .global),
        ("3fff:ffff::1", .global),
        ("4000::1", .reserved), ("fbff::1", .reserved), ("fc00::1", .privateNetwork),
        ("fdff::1", .privateNetwork),
        ("fe00::1", .reserved), ("fe80::1", .linkLocal), ("febf::1", .linkLocal),
        ("fec0::1", .privateNetwork),
        ("ff02::1", .reserved),
    ])
    func everyAddressHasAScope(text: String, scope: AddressScope) throws {
        #expect(AddressScope(try address(text)) == scope)
    }
}

@Suite struct OutboundPolicyTests {
    /// Whether a policy with the one `configured` origin lets a request to `asked` go to the address.
    @Test(arguments: [
        // A name, by default: public addresses and no other.
        ("https://idp.example", "https://idp.example", "8.8.8.8", OutboundPolicy.Reach.publicAddresses, true),
        ("https://idp.example", "https://idp.example", "10.0.0.1", .publicAddresses, false),
        ("https://idp.example", "https://idp.example", "127.0.0.1", .publicAddresses, false),
        ("https://idp.example", "https://idp.example", "::ffff:127.0.0.1", .publicAddresses, false),
        ("https://idp.example", "https://idp.example", "169.254.169.254", .publicAddresses, false),
        // The operator says that it lies in a private network: there, but not in our own machine.
        ("https://idp.example", "https://idp.example", "10.0.0.1", .privateNetworks, true),
        ("https://idp.example", "https://idp.example", "fd00::1", .privateNetworks, true),
        ("https://idp.example", "https://idp.example", "127.0.0.1", .privateNetworks, false),
        ("https://idp.example", "https://idp.example", "169.254.169.254", .privateNetworks, false),
        ("https://idp.example", "https://idp.example", "0.0.0.0", .privateNetworks, false),
        // Another origin: scheme, host and port count.
        ("https://idp.example", "http://idp.example", "8.8.8.8", .privateNetworks, false),
        ("https://idp.example", "https://idp.example:8443", "8.8.8.8", .privateNetworks, false),
        ("https://idp.example", "https://idp.example.evil.example", "8.8.8.8", .privateNetworks, false),
        // An address is that address.
        ("http://127.0.0.1:9400", "http://127.0.0.1:9400", "127.0.0.1", .publicAddresses, true),
        ("http://127.0.0.1:9400", "http://127.0.0.1:9400", "127.0.0.2", .publicAddresses, false),
        ("http://127.0.0.1:9400", "http://127.0.0.1:22", "127.0.0.1", .publicAddresses, false),
        ("http://10.0.0.1", "http://10.0.0.1", "10.0.0.1", .publicAddresses, true),
        ("http://0.0.0.0", "http://0.0.0.0", "0.0.0.0", .publicAddresses, false),
        // That name is loopback and nothing else.
        ("http://localhost:9400", "http://localhost:9400", "127.0.0.1", .publicAddresses, true),
        ("http://localhost:9400", "http://localhost:9400", "::1", .publicAddresses, true),
        ("http://localhost:9400", "http://localhost:9400", "8.8.8.8", .publicAddresses, false),
        ("http://localhost:9400", "http://localhost:9400", "10.0.0.1", .privateNetworks, false),
    ])
    func aConfiguredOriginReachesWhatItNames(
        configured: String,
        asked: String,
        reached: String,
        reach: OutboundPolicy.Reach,
        isAllowed: Bool
    ) throws {
        let policy = OutboundPolicy(origins: [try WebURL(configured).origin], reach: reach)
        #expect(policy.allows(try address(reached), for: try WebURL(asked).origin) == isAllowed)
    }

    @Test(arguments: [
        ("https://keys.example", "8.8.8.8", true), ("https://keys.example", "10.0.0.1", false),
        ("https://keys.example", "127.0.0.1", false), ("https://keys.example", "169.254.169.254", false),
        ("https://keys.example:8443", "8.8.8.8", false), ("http://keys.example", "8.8.8.8", false),
        ("https://8.8.8.8", "8.8.8.8", false), ("https://localhost", "127.0.0.1", false),
        ("https://a.localhost", "127.0.0.1", false),
    ])
    func otherNamesMayBePublicAndSecure(asked: String, reached: String, isAllowed: Bool) throws {
        let policy = OutboundPolicy(
            origins: [try WebURL("https://idp.example").origin],
            reach: .privateNetworks,
            allowsOtherSecureNames: true
        )
        #expect(policy.allows(try address(reached), for: try WebURL(asked).origin) == isAllowed)
    }
}
