import Base
import Policy
import S3Service
import ServiceTestSupport
import TestSupport
import Testing

@testable import Server

@Suite struct ClientAddressesTests {
    private func client(_ fields: [String], from peer: String, trusting networks: [String]) throws -> String {
        let clients = ClientAddresses(proxies: try networks.map { try #require(IPNetwork($0)) })
        return clients.client(of: try request("GET", "/", fields).head, from: peer)
    }

    @Test(
        arguments: [
            ([], "10.0.0.1"),
            (["X-Forwarded-For: 192.0.2.1"], "192.0.2.1"),
            // What the client wrote itself is left of what the proxies heard.
            (["X-Forwarded-For: 198.51.100.9, 192.0.2.1"], "192.0.2.1"),
            (["X-Forwarded-For: 198.51.100.9, 192.0.2.1, 10.0.0.7"], "192.0.2.1"),
            (["X-Forwarded-For: 198.51.100.9", "X-Forwarded-For: 192.0.2.1,10.0.0.7"], "192.0.2.1"),
            (["X-Forwarded-For: 10.0.0.9, 10.0.0.8"], "10.0.0.9"),
            (["X-Forwarded-For: 192.0.2.1:4711"], "192.0.2.1"),
            (["X-Forwarded-For: 2001:db8::1"], "2001:db8::1"),
            (["X-Forwarded-For: [2001:db8::1]:4711"], "2001:db8::1"),
            // Nothing behind what cannot be read is believed.
            (["X-Forwarded-For: 192.0.2.1, unknown"], "10.0.0.1"),
            (["X-Forwarded-For: 192.0.2.1, unknown, 10.0.0.7"], "10.0.0.7"),
            (["X-Forwarded-For: 0.0.0.0/0"], "10.0.0.1"),
            (["X-Forwarded-For: "], "10.0.0.1"),
            (["X-Real-IP: 192.0.2.1"], "192.0.2.1"),
            (["X-Real-IP: 192.0.2.9", "X-Forwarded-For: 192.0.2.1"], "192.0.2.1"),
            (["Forwarded: for=192.0.2.1;proto=https"], "192.0.2.1"),
            ([#"Forwarded: for=198.51.100.9, proto=http;For="[2001:db8::1]:80""#], "2001:db8::1"),
            (["Forwarded: for=_hidden"], "10.0.0.1"),
            (["Forwarded: for=192.0.2.9", "X-Forwarded-For: 192.0.2.1"], "192.0.2.1"),
        ] as [([String], String)]
    )
    func aTrustedProxyIsBelieved(fields: [String], expected: String) throws {
        #expect(try client(fields, from: "10.0.0.1", trusting: ["10.0.0.0/8"]) == expected)
    }

    @Test(arguments: [[], ["192.0.2.0/24"], ["2001:db8::/32"]])
    func nobodyElseIs(networks: [String]) throws {
        let fields = ["X-Forwarded-For: 192.0.2.1", "X-Real-IP: 192.0.2.1", "Forwarded: for=192.0.2.1"]
        #expect(try client(fields, from: "10.0.0.1", trusting: networks) == "10.0.0.1")
    }

    @Test(arguments: 0..<40)
    func whateverIsWrittenAnAddressComesOut(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let letters = Array("0123456789.:[],\"; =forxF/%_".unicodeScalars)
        for _ in 0..<50 {
            let text = String(
                String.UnicodeScalarView(
                    (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                        letters[Int.random(in: 0..<letters.count, using: &random)]
                    }
                )
            )
            let name = ["X-Forwarded-For", "X-Real-IP", "Forwarded"][Int.random(in: 0..<3, using: &random)]
            let found = try client(["\(name): \(text)"], from: "10.0.0.1", trusting: ["0.0.0.0/0", "::/0"])
            #expect(IPNetwork(found) != nil, "\(name): \(text)")
        }
    }
}
