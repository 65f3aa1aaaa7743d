import EventLoop
import HTTP
import HTTPClient
import HTTPServer
import Posix
import TLS
import TestSupport
import Testing

private struct Greeting: ExchangeHandler {
    func handle(_ exchange: Exchange) async {
        do {
            try await exchange.response.respond(ResponseHead(.ok), bytes: Array("hello".utf8))
        } catch {
            // The test's client sees what came of it.
        }
    }
}

/// The answer of a server whose certificate is for `name` and signed by itself.
private func ask(certifiedAs name: String, trusting isTrusted: Bool) async throws -> String {
    let folder = try TemporaryFolder("certificates")
    try run(
        "openssl",
        [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
            "-subj",
            "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", folder.path + "/private.key",
            "-out",
            folder.path + "/public.crt",
        ]
    )
    let group = try EventLoopGroup(count: 1)
    let server = HTTPServer(
        Greeting(),
        on: group,
        certificates: try TLSCertificates.load(folder: folder.path),
        rejection: { (ResponseHead($0.status), []) },
        report: { _ in }
    )
    let address = try await server.start(on: [try ListenAddress("127.0.0.1:0")])[0]
    let url = try WebURL("https://localhost:\(address.port)/")
    var options = HTTPClientOptions()
    options.authoritiesPath = isTrusted ? folder.path + "/public.crt" : nil
    let request = OutgoingRequest(.get, url, within: OutboundPolicy(origins: [url.origin]))
    let answer: String
    do throws(HTTPClientError) {
        answer = String(decoding: try await HTTPClient(options: options).send(request).body, as: UTF8.self)
    } catch {
        guard case .tlsFailed(url.origin, let reason) = error else { throw error }
        answer = "refused: \(reason)"
    }
    _ = await server.stop(within: .seconds(1))
    group.stop()
    return answer
}

@Suite struct CertificateTests {
    @Test func aTrustedAuthorityIsBelieved() async throws {
        #expect(try await ask(certifiedAs: "localhost", trusting: true) == "hello")
    }

    @Test func anUnknownAuthorityIsNot() async throws {
        #expect(try await ask(certifiedAs: "localhost", trusting: false).hasPrefix("refused: "))
    }

    @Test func aCertificateForAnotherNameIsNot() async throws {
        #expect(try await ask(certifiedAs: "other.example", trusting: true).hasPrefix("refused: "))
    }

    @Test func aFileOfAuthoritiesThatIsNotThereIsAnError() async throws {
        var options = HTTPClientOptions()
        options.authoritiesPath = "/nowhere/authorities.pem"
        let server = try ScriptedServer { $0.waitForEnd() }
        let there = try WebURL("https://localhost:\(server.port)/")
        await #expect(throws: HTTPClientError.self) {
            try await HTTPClient(options: options).send(
                OutgoingRequest(.get, there, within: OutboundPolicy(origins: [there.origin]))
            )
        }
    }
}
