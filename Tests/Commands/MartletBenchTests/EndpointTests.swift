import Posix
import Testing

@testable import martlet_bench

@Suite struct EndpointTests {
    @Test(arguments: [
        ("http://127.0.0.1:9000", "127.0.0.1:9000"), ("http://127.0.0.1:9000/", "127.0.0.1:9000"),
        ("HTTP://127.0.0.1:65535", "127.0.0.1:65535"), ("http://127.0.0.1", "127.0.0.1:80"),
        ("http://[::1]:1", "[::1]:1"), ("http://[::1]", "[::1]:80"),
    ])
    func anAddressIsResolvedToItself(text: String, address: String) throws {
        let endpoint = try #require(Endpoint(text))
        #expect(try endpoint.resolve(allowRemote: false).description == address)
    }

    @Test(arguments: [
        "", "http://", "http://:9000", "https://127.0.0.1:9000", "127.0.0.1:9000", "http://127.0.0.1:0",
        "http://127.0.0.1:65536", "http://127.0.0.1:", "http://127.0.0.1:9000/bucket", "http://::1:9000",
        "http://user@host:1", "http://a b:1", "http://a\r\nx:1", "http://127.0.0.1:9000?x", "http://[::1",
    ])
    func anythingElseIsNoEndpoint(text: String) {
        #expect(Endpoint(text) == nil)
    }

    @Test func anotherMachineIsLoadedOnlyWherePermitted() throws {
        let endpoint = try #require(Endpoint("http://192.0.2.1:9000"))
        #expect(throws: BenchError.notLoopback("http://192.0.2.1:9000")) {
            try endpoint.resolve(allowRemote: false)
        }
        let address = SocketAddress(host: .v4(192, 0, 2, 1), port: 9000)
        #expect(try endpoint.resolve(allowRemote: true) == address)
    }

    @Test func aWildcardIsNotLoopback() throws {
        let endpoint = try #require(Endpoint("http://0.0.0.0:9000"))
        #expect(throws: BenchError.self) { try endpoint.resolve(allowRemote: false) }
    }
}
