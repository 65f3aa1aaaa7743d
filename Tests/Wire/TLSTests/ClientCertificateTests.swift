import Base
import COpenSSLTLS
import EventLoop
import HTTP
import HTTPServer
import Posix
import TLS
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ClientCertificateTests {
    /// One server that asks its clients, and whoever it trusts.
    private struct Scene {
        let folder: TemporaryFolder
        let root: TestIdentity
        let clients: ClientAuthorities?
        let seen: CertificateTestHandler.Seen
        let address: SocketAddress

        /// Sends one request as somebody.
        ///
        /// - Returns: whom the server saw.
        func ask(
            as identity: TestIdentity?,
            chain: [TestIdentity] = [],
            version: CInt = TLS1_3_VERSION,
            name: String = "localhost"
        ) throws -> PeerCertificate? {
            let client = try TLSClient(
                address,
                name: name,
                identity: identity,
                chain: chain,
                version: version
            )
            try ask(over: client, keeps: false)
            return try #require(seen.all().last)
        }

        func ask(over client: TLSClient, keeps: Bool) throws {
            try client.send(
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: \(keeps ? "keep-alive" : "close")\r\n\r\n"
            )
            var answer = keeps ? [] : try client.rest()
            while keeps, !answer.suffix(4).elementsEqual("\r\n\r\n".utf8) { answer += try client.bytes(1) }
            #expect(String(decoding: answer.prefix(15), as: UTF8.self) == "HTTP/1.1 200 OK")
        }
    }

    private func withServer(
        asks: Bool = true,
        _ body: (Scene) throws -> Void
    ) async throws {
        let folder = try TemporaryFolder("tls")
        try folder.write(.localhost)
        try folder.write(.other, in: "other.example")
        let root = TestIdentity(.authority("root"))
        try folder.write("CAs/root.crt", root.text)
        let clients = asks ? try ClientAuthorities.load(folder: folder.path) : nil
        let handler = CertificateTestHandler()
        let group = try EventLoopGroup(count: 1)
        let server = HTTPServer(
            handler,
            on: group,
            certificates: try TLSCertificates.load(folder: folder.path, clients: clients)
        ) { (ResponseHead($0.status), Array("\($0)".utf8)) }
        let address = try await server.start(on: [try ListenAddress("127.0.0.1:0")])[0]
        let scene = Scene(
            folder: folder,
            root: root,
            clients: clients,
            seen: handler.seen,
            address: address
        )
        let result = Result { try body(scene) }
        await server.stop(within: .milliseconds(200))
        group.stop()
        try result.get()
    }

    private static let versions = [TLS1_2_VERSION, TLS1_3_VERSION]

    @Test(arguments: versions) func whoShowsNothingIsServed(version: CInt) async throws {
        try await withServer { scene in
            let seen = try scene.ask(as: nil, version: version)
            #expect(seen == nil)
        }
    }

    @Test(arguments: versions) func whoIsVouchedForIsTrusted(version: CInt) async throws {
        try await withServer { scene in
            var shape = TestIdentity.Shape("reader")
            shape.organizations = ["one", "zwei ü"]
            let seen = try #require(
                try scene.ask(as: TestIdentity(shape, by: scene.root), version: version)
            )
            #expect(seen.commonName == "reader")
            #expect(seen.organizations == ["one", "zwei ü"])
            #expect(seen.issuerCommonName == "root")
            #expect(seen.verification == .trusted)
            #expect(seen.defect == nil)
            let now = SystemTime().now
            #expect((.seconds(-120) ... .seconds(-60)).contains(seen.notBefore - now))
            #expect((.seconds(86_300) ... .seconds(86_400)).contains(seen.notAfter - now))
        }
    }

    @Test func whoIsNotAskedShowsNothing() async throws {
        try await withServer(asks: false) { scene in
            let seen = try scene.ask(as: TestIdentity(.init("reader"), by: scene.root))
            #expect(seen == nil)
        }
    }

    @Test func everyNameOfTheServerAsks() async throws {
        try await withServer { scene in
            let seen = try scene.ask(
                as: TestIdentity(.init("reader"), by: scene.root),
                name: "other.example"
            )
            #expect(seen?.verification == .trusted)
        }
    }

    enum Flaw: CaseIterable {
        case signsItself, unknownAuthority, expired, notYetInForce, forServers, forAnything, withoutUsage
        case isAuthority, isPlainAuthority

        func identity(_ root: TestIdentity) -> TestIdentity {
            var shape = TestIdentity.Shape("reader")
            switch self {
            case .signsItself: return TestIdentity(shape)
            case .unknownAuthority:
                // The same name with another key.
                return TestIdentity(shape, by: TestIdentity(.authority("root")))
            case .expired: (shape.notBefore, shape.notAfter) = (-120, -1)
            case .notYetInForce: shape.notBefore = 3600
            case .forServers: shape.extendedKeyUsage = "serverAuth"
            case .forAnything: shape.extendedKeyUsage = "anyExtendedKeyUsage"
            case .withoutUsage: shape.extendedKeyUsage = nil
            case .isAuthority: shape.basicConstraints = "critical,CA:TRUE"
            case .isPlainAuthority: shape = .authority("reader")
            }
            return TestIdentity(shape, by: root)
        }

        var defect: PeerCertificate.Defect? {
            switch self {
            case .signsItself, .unknownAuthority, .expired, .notYetInForce: nil
            case .forServers, .forAnything, .withoutUsage: .notForClients
            case .isAuthority, .isPlainAuthority: .isAuthority
            }
        }
    }

    @Test(arguments: Flaw.allCases, versions)
    func aFlawedCertificateIsSeenThroughAndStillServed(flaw: Flaw, version: CInt) async throws {
        try await withServer { scene in
            let seen = try #require(try scene.ask(as: flaw.identity(scene.root), version: version))
            #expect(seen.commonName == "reader")
            #expect(seen.defect == flaw.defect)
            #expect(seen.verification != .trusted || seen.defect != nil)
        }
    }

    @Test(arguments: versions) func whoLacksTheKeyIsNobody(version: CInt) async throws {
        try await withServer { scene in
            let reader = TestIdentity(.init("reader"), by: scene.root)
            let thief = TestIdentity(impersonating: reader)
            #expect(throws: TLSClient.Failure.self) { try scene.ask(as: thief, version: version) }
            #expect(scene.seen.all().isEmpty)
            let seen = try scene.ask(as: reader, version: version)
            #expect(seen?.verification == .trusted)
        }
    }

    @Test func theReasonIsTold() async throws {
        try await withServer { scene in
            let seen = try scene.ask(as: Flaw.expired.identity(scene.root))
            #expect(seen?.verification == .untrusted(reason: "certificate has expired"))
        }
    }

    @Test(arguments: versions) func intermediatesLinkToAnAuthority(version: CInt) async throws {
        try await withServer { scene in
            let middle = TestIdentity(.authority("middle"), by: scene.root)
            let leaf = TestIdentity(.init("reader"), by: middle)
            let linked = try scene.ask(as: leaf, chain: [middle], version: version)
            #expect(linked?.verification == .trusted)
            let alone = try scene.ask(as: leaf, version: version)
            #expect(alone?.verification != .trusted)
        }
    }

    @Test(arguments: [9, 10, 11, 12, 13])
    func tenIntermediatesAreTheMost(count: Int) async throws {
        try await withServer { scene in
            var chain: [TestIdentity] = []
            for number in 0..<count {
                chain.insert(TestIdentity(.authority("a\(number)"), by: chain.first ?? scene.root), at: 0)
            }
            let leaf = TestIdentity(.init("reader"), by: chain[0])
            let seen = try #require(try scene.ask(as: leaf, chain: chain))
            #expect(seen.defect == (count <= 10 ? nil : .tooManyAuthorities))
            #expect((seen.verification == .trusted) == (count <= 10))
        }
    }

    @Test func aSecondLeafIsRefused() async throws {
        try await withServer { scene in
            let leaf = TestIdentity(.init("reader"), by: scene.root)
            let other = TestIdentity(.init("consoleAdmin"), by: scene.root)
            let two = try scene.ask(as: leaf, chain: [other])
            #expect(two?.defect == .severalLeaves)
            let twice = try scene.ask(as: leaf, chain: [leaf])
            #expect(twice?.verification == .trusted && twice?.defect == nil)
            // Whoever has the key of an authority has none of the certificates that it signed.
            let authority = try scene.ask(as: scene.root, chain: [other])
            #expect(authority?.defect == .isAuthority)
            #expect(authority?.commonName == "root")
        }
    }

    /// Bytes between those that fit and those that do not end the handshake of this client alone.
    @Test(arguments: versions) func aHugeChainEndsItsConnectionAlone(version: CInt) async throws {
        try await withServer { scene in
            var shape = TestIdentity.Shape.authority("padding")
            shape.commentSize = 30_000
            let fits = TestIdentity(shape, by: scene.root)
            shape.commentSize = 33_000
            let isTooLarge = TestIdentity(shape, by: scene.root)
            let leaf = TestIdentity(.init("reader"), by: scene.root)
            let before = try scene.ask(as: leaf, chain: [fits], version: version)
            #expect(before?.verification == .trusted)
            #expect(throws: TLSClient.Failure.self) {
                try scene.ask(as: leaf, chain: [isTooLarge], version: version)
            }
            let after = try scene.ask(as: leaf, version: version)
            #expect(after?.verification == .trusted)
        }
    }

    @Test(arguments: versions, [true, false])
    func sessionsAreTakenUpAgainOnlyWhereNobodyIsAsked(version: CInt, asks: Bool) async throws {
        try await withServer(asks: asks) { scene in
            let identity = TestIdentity(.init("reader"), by: scene.root)
            let first = try TLSClient(scene.address, identity: identity, version: version)
            try scene.ask(over: first, keeps: false)
            let second = try TLSClient(scene.address, identity: identity, version: version, former: first)
            try scene.ask(over: second, keeps: false)
            #expect(second.isResumed == !asks)
            #expect(scene.seen.all().map { $0?.verification } == (asks ? [.trusted, .trusted] : [nil, nil]))
        }
    }

    @Test func anAuthorityThatIsTakenOutVouchesNoMoreOnOpenConnections() async throws {
        try await withServer { scene in
            let clients = try #require(scene.clients)
            let identity = TestIdentity(.init("reader"), by: scene.root)
            let client = try TLSClient(scene.address, identity: identity)
            try scene.ask(over: client, keeps: true)
            #expect(scene.seen.all().last??.verification == .trusted)
            try scene.folder.delete("CAs/root.crt")
            clients.reload()
            try scene.ask(over: client, keeps: false)
            let seen = try #require(scene.seen.all().last ?? nil)
            #expect(seen.verification != .trusted)
            #expect(seen.commonName == "reader")
        }
    }

    @Test func aCertificateMayBeTrustedByItself() async throws {
        try await withServer { scene in
            let identity = TestIdentity(.init("reader"))
            let before = try scene.ask(as: identity)
            #expect(before?.verification != .trusted)
            try scene.folder.write("CAs/reader.crt", identity.text)
            try #require(scene.clients).reload()
            let after = try scene.ask(as: identity)
            #expect(after?.verification == .trusted)
        }
    }

    @Test func aFileWithoutCertificatesIsToldOfAndPassedOver() async throws {
        let folder = try TemporaryFolder("tls")
        try folder.write("CAs/notes.txt", "who is who")
        try folder.write("CAs/.hidden", "nothing")
        try folder.write("CAs/root.crt", TestIdentity(.authority("root")).text)
        let reports = Locked<[TLSError]>([])
        _ = try ClientAuthorities.load(folder: folder.path) { error in reports.withLock { $0.append(error) } }
        let reported = reports.withLock { $0 }
        guard reported.count == 1, case .badCertificate(folder.path + "/CAs/notes.txt", _) = reported[0]
        else {
            Issue.record("\(reported)")
            return
        }
    }

    @Test func aFolderWithoutAuthoritiesNamesNobody() throws {
        let folder = try TemporaryFolder("tls")
        let clients = try ClientAuthorities.load(folder: folder.path) { Issue.record("\($0)") }
        #expect(clients.isEmpty)
    }
}
