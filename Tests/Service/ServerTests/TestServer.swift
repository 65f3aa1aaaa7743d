import Base
import Bytes
import Configuration
import Cryptography
import Drives
import Engine
import EventLoop
import Foundation
import HTTPServer
import IAM
import Policy
import Posix
import S3Service
import STSService
import Server
import SigV4
import Telemetry
import TestSupport

/// Access keys with the policies a test gives them.
final class TestUsers: IdentityStore {
    private let credentials = Locked<[String: Credential]>([:])

    /// - Parameter policies: JSON texts.
    func set(
        _ name: String,
        kind: SignedIdentity.Kind = .user,
        account: Account = .server,
        policies: [String] = []
    ) throws {
        let documents = try policies.enumerated().map { index, text in
            IdentityPolicy(
                name: "\(name)-\(index)",
                document: try PolicyDocument(parsing: Array(text.utf8), as: .identity)
            )
        }
        let identity = SignedIdentity(accessKey: name, kind: kind, account: account, policies: documents)
        let credential = Credential(
            accessKey: name,
            secret: Secret("\(name)-secret"),
            identity: .signed(identity)
        )
        credentials.withLock { $0[name] = credential }
    }

    func account(canonicalID: String) -> Account? {
        credentials.withLock { credentials in
            credentials.values.compactMap { $0.identity.signed?.account }
                .first { $0.canonicalID == canonicalID }
        }
    }

    func credential(accessKey: String, sessionToken: String?) throws(CredentialError) -> Credential {
        guard let credential = credentials.withLock({ $0[accessKey] }) else { throw .unknownAccessKey }
        return credential
    }
}

/// What was logged.
final class TestLog: LogSink {
    private let records = Locked<[LogRecord]>([])
    func write(_ record: LogRecord) { records.withLock { $0.append(record) } }

    /// All of it, as people read it.
    var text: String {
        records.withLock { $0 }.map { String(decoding: LogFormat.human.line($0), as: UTF8.self) }.joined(
            separator: "\n"
        )
    }

    /// As people read them, of one message.
    func lines(_ message: String) -> [String] {
        records.withLock { $0 }.filter { $0.message == message }
            .map { String(decoding: LogFormat.human.line($0), as: UTF8.self) }
    }
}

/// The server's handler with policies in force, on two drives and a port of the kernel's choice. Root is `owner`.
final class TestServer: Sendable {
    let folder: TemporaryFolder
    let engine: Engine
    let users = TestUsers()
    let log = TestLog()
    let bucketLogs: BucketLogDelivery
    private let group: EventLoopGroup
    private let server: HTTPServer<S3Handler>
    private let address: SocketAddress

    init(
        on folder: TemporaryFolder? = nil,
        admin: (any AdminHandling)? = nil,
        sts: STSInterface? = nil,
        identities: (any IdentityStore)? = nil,
        _ configure: (inout S3Handler.Options) -> Void = { _ in }
    ) async throws {
        let folder = try folder ?? TemporaryFolder("server")
        self.folder = folder
        for number in 1...2 {
            try FileManager.default.createDirectory(
                at: folder.url.appending(path: "d\(number)"),
                withIntermediateDirectories: true
            )
        }
        let memory = BlockPool(budget: 32 << 20, time: SystemTime())
        let plan = StorePlan(volumes: ["\(folder.path)/d{1...2}"])
        engine = try await Self.open(plan, memory)
        let log = log
        let policies = BucketPolicies(engine) { bucket, error in
            Logger(level: .info, to: log).error("unreadable", ["bucket": .text(bucket)])
        }
        bucketLogs = BucketLogDelivery(engine: engine, logger: Logger(level: .info, to: log))
        var options = S3Handler.Options()
        configure(&options)
        let handler = S3Handler(
            engine: engine,
            table: OperationTable(ServerProgram.operations),
            identities: identities ?? users,
            policies: policies,
            authorizer: PolicyAuthorizer(buckets: policies),
            admin: admin,
            sts: sts,
            bucketLogs: bucketLogs,
            options: options,
            logger: Logger(level: .info, to: log),
            audit: Logger(level: .info, to: log)
        )
        try users.set("owner", kind: .root)
        group = try EventLoopGroup(count: 1)
        server = HTTPServer(handler, on: group, rejection: handler.rejection)
        address = try await server.start(on: [try Posix.ListenAddress("127.0.0.1:0")])[0]
    }

    /// As soon as the engine that had the drives before has let go of them.
    private static func open(
        _ plan: StorePlan,
        _ memory: BlockPool
    ) async throws(EngineOpeningError) -> Engine {
        while true {
            do throws(EngineOpeningError) {
                return try await EngineOpening(plan, memory: memory, observers: []).open().engine
            } catch {
                guard case .drive(.locked) = error else { throw error }
                await Task.yield()
            }
        }
    }

    func stop() async {
        _ = await server.stop(within: .seconds(1))
        await engine.close()
        group.stop()
    }

    /// A form, signed by its policy; `nil` does not sign.
    func post(
        _ form: TestForm,
        to target: String,
        _ fields: [(name: String, value: String)] = [],
        as user: String?,
        secret: String? = nil
    ) throws -> LoopbackClient.Answer {
        let signed = try user.map { try form.signed(accessKey: $0, secret: secret ?? "\($0)-secret") } ?? form
        let type = [(name: "Content-Type", value: TestForm.contentType)]
        return try send("POST", target, type + fields, body: signed.body, as: nil)
    }

    /// One request on a connection of its own.
    ///
    /// - Parameters:
    ///   - user: signs with `USER-secret`; `nil` does not sign.
    ///   - service: what the signature is for.
    func send(
        _ method: String,
        _ target: String,
        _ fields: [(name: String, value: String)] = [],
        body: String? = nil,
        as user: String?,
        secret: String? = nil,
        token: String? = nil,
        service: String = "s3"
    ) throws -> LoopbackClient.Answer {
        try send(
            method,
            target,
            fields,
            bytes: body.map { Array($0.utf8) },
            as: user,
            secret: secret,
            token: token,
            service: service
        )
    }

    /// The same with a body that need not be text.
    func send(
        _ method: String,
        _ target: String,
        _ fields: [(name: String, value: String)] = [],
        bytes body: [UInt8]?,
        as user: String?,
        secret: String? = nil,
        token: String? = nil,
        service: String = "s3"
    ) throws -> LoopbackClient.Answer {
        let bytes = body ?? []
        let host = fields.contains { $0.name == "host" } ? [] : [("host", "\(address)")]
        var request = SignerRequest(
            method: method,
            target: target,
            fields: host + fields.map { ($0.name.lowercased(), $0.value) }
        )
        if let user {
            let signer = SigV4Signer(
                accessKey: user,
                secret: secret ?? "\(user)-secret",
                sessionToken: token,
                service: service
            )
            request = try signer.sign(request, payload: .hashed(SHA256.hash(bytes)), at: SystemTime().now)
        }
        if body != nil { request.fields.append(("content-length", "\(bytes.count)")) }
        let lines = request.fields.map { "\($0.name): \($0.value)\r\n" }.joined()
        let client = try LoopbackClient(address)
        try client.send("\(method) \(target) HTTP/1.1\r\n\(lines)connection: close\r\n\r\n")
        try client.send(bytes)
        return try client.answer(toHead: method == "HEAD")
    }
}

/// Starts a server, runs `body` beside it and stops it whatever happens.
func withServer(
    admin: (any AdminHandling)? = nil,
    sts: STSInterface? = nil,
    identities: (any IdentityStore)? = nil,
    _ configure: (inout S3Handler.Options) -> Void = { _ in },
    _ body: (TestServer) async throws -> Void
) async throws {
    let server = try await TestServer(admin: admin, sts: sts, identities: identities, configure)
    do {
        try await body(server)
    } catch {
        await server.stop()
        throw error
    }
    await server.stop()
}
