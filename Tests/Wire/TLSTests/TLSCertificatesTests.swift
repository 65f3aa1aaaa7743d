import EventLoop
import HTTP
import HTTPServer
import Posix
import TLS
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct TLSCertificatesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("tls") }

    @Test func aFolderWithoutCertificatesMeansPlain() throws {
        #expect(try TLSCertificates.load(folder: folder.path) == nil)
        #expect(try TLSCertificates.load(folder: folder.path + "/missing") == nil)
    }

    @Test func bothNamesAreKnown() throws {
        try folder.write("rustfs_cert.pem", TestCertificate.localhost.certificate)
        try folder.write("rustfs_key.pem", TestCertificate.localhost.key)
        #expect(try TLSCertificates.load(folder: folder.path) != nil)
    }

    @Test func aMissingKeyIsNamed() throws {
        try folder.write("public.crt", TestCertificate.localhost.certificate)
        let error = #expect(throws: TLSError.self) { try TLSCertificates.load(folder: folder.path) }
        guard case .badKey(folder.path + "/private.key", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [TestCertificate.other.key, "", "nonsense"])
    func aKeyThatDoesNotFitIsRefused(key: String) throws {
        try folder.write("public.crt", TestCertificate.localhost.certificate)
        try folder.write("private.key", key)
        let error = #expect(throws: TLSError.self) { try TLSCertificates.load(folder: folder.path) }
        guard case .badKey = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: ["", "nonsense", TestCertificate.localhost.key])
    func whatIsNoCertificateIsRefused(certificate: String) throws {
        try folder.write("public.crt", certificate)
        try folder.write("private.key", TestCertificate.localhost.key)
        let error = #expect(throws: TLSError.self) { try TLSCertificates.load(folder: folder.path) }
        guard case .badCertificate = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func renewedFilesServeNewConnectionsAndBrokenOnesDoNot() async throws {
        try folder.write(.localhost)
        let (reports, reported) = AsyncStream<TLSError>.makeStream()
        let loaded = try TLSCertificates.load(folder: folder.path) { reported.yield($0) }
        let certificates = try #require(loaded)
        let group = try EventLoopGroup(count: 1)
        let server = HTTPServer(TLSTestHandler(), on: group, certificates: certificates) {
            (ResponseHead($0.status), [])
        }
        let address = try await server.start(on: [try ListenAddress("127.0.0.1:0")])[0]
        let old = try TLSClient(address)
        #expect(old.serverName == "localhost")

        try folder.write("private.key", TestCertificate.other.key)
        certificates.reload()
        guard case .badKey = await reports.first(where: { _ in true }) else {
            Issue.record("a key that does not fit was taken")
            return
        }
        let client1 = try TLSClient(address)
        #expect(client1.serverName == "localhost")

        try folder.write("public.crt", TestCertificate.other.certificate)
        certificates.reload()
        let client2 = try TLSClient(address)
        #expect(client2.serverName == "other.example")
        try old.send("GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(try old.rest().last == 7)
        await server.stop(within: .milliseconds(200))
        group.stop()
    }
}
