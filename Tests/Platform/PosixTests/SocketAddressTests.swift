import Posix
import Testing

@Suite struct SocketAddressTests {
    @Test(arguments: [
        (UInt64(0), UInt64(0), "::"),
        (0, 1, "::1"),
        (0x2001_0db8_0000_0000, 1, "2001:db8::1"),
        (0x2001_0db8_0000_0001, 1, "2001:db8:0:1::1"),
        (0x2001_0db8_0000_0001, 0x0001_0000_0000_0001, "2001:db8:0:1:1::1"),
        (0x0001_0002_0003_0004, 0x0005_0006_0007_0008, "1:2:3:4:5:6:7:8"),
        (0x0001_0002_0003_0004, 0x0005_0006_0007_0000, "1:2:3:4:5:6:7:0"),
        (0x0001_0000_0000_0000, 0, "1::"),
    ])
    func aVersion6AddressIsWrittenShort(high: UInt64, low: UInt64, text: String) {
        #expect(SocketAddress(host: .v6(high: high, low: low, scope: 0), port: 1).hostText == text)
    }

    @Test func theDescriptionHasThePort() {
        #expect(SocketAddress.loopback(port: 9000).description == "127.0.0.1:9000")
        #expect(SocketAddress(host: .v6(high: 0, low: 1, scope: 0), port: 80).description == "[::1]:80")
    }

    @Test func loopbackAndWildcardAreKnown() {
        #expect(SocketAddress.loopback(port: 0).isLoopback)
        #expect(SocketAddress(host: .v6(high: 0, low: 1, scope: 0), port: 0).isLoopback)
        #expect(!SocketAddress(host: .v4(128, 0, 0, 1), port: 0).isLoopback)
        #expect(SocketAddress(host: .v4(0, 0, 0, 0), port: 0).isWildcard)
        #expect(SocketAddress(host: .v6(high: 0, low: 0, scope: 0), port: 0).isWildcard)
        #expect(!SocketAddress.loopback(port: 0).isWildcard)
    }

    @Test(arguments: [
        (":9000", "", UInt16(9000)), ("127.0.0.1:0", "127.0.0.1", 0), ("[::1]:65535", "::1", 65_535),
        ("localhost:80", "localhost", 80),
    ])
    func aListenAddressIsRead(text: String, host: String, port: UInt16) throws {
        let address = try ListenAddress(text)
        #expect(address.host == host)
        #expect(address.port == port)
    }

    @Test(arguments: [
        ("", ListenAddressError.malformed("")), ("9000", .malformed("9000")),
        ("::1:80", .malformed("::1:80")),
        ("[::1:80", .malformed("[::1:80")), ("[host]:80", .malformed("[host]:80")),
        ("host:", .badPort("host:")),
        (":65536", .badPort(":65536")), (":-1", .badPort(":-1")), (":+1", .badPort(":+1")),
        (":x", .badPort(":x")),
    ])
    func aWrongListenAddressIsRefused(text: String, error: ListenAddressError) {
        #expect(throws: error) { try ListenAddress(text) }
    }

    @Test func anEmptyHostIsEveryAddress() throws {
        let addresses = try ListenAddress(":9000").resolve()
        #expect(addresses == [SocketAddress(host: .v6(high: 0, low: 0, scope: 0), port: 9000)])
    }

    @Test func numbersNeedNoResolver() throws {
        #expect(try ListenAddress("127.0.0.1:1").resolve() == [.loopback(port: 1)])
        #expect(
            try ListenAddress("[2001:db8::1]:2").resolve()
                == [SocketAddress(host: .v6(high: 0x2001_0db8_0000_0000, low: 1, scope: 0), port: 2)]
        )
    }
}
