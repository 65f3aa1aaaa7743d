import AdminEncryption
import Base
import HTTP
import IAM
import JSON
import Policy
import S3API
import ServiceTestSupport
import SigV4
import Telemetry
import Testing

@testable import AdminService

/// A real identity store over files in memory behind the real interface.
struct TestServer {
    static let root = Credential(
        accessKey: "rootuser",
        secret: Secret("rootsecret"),
        identity: .root(accessKey: "rootuser")
    )

    let iam: IAM
    let storage = MemoryStorage()
    let control: RecordingControl
    let interface: AdminInterface
    let encryption: PayloadEncryption
    let buckets = MemoryBuckets()
    /// Each change of settings, as it was put into force.
    let changes = Locked<[[StoredValue]]>([])
    private let authorizer = PolicyAuthorizer(buckets: NoBuckets())

    init(
        usage: StorageUsage? = nil,
        overriding: (name: String, value: String)? = nil,
        canRestart: Bool = true,
        valuesInForce: [StoredValue] = [],
        providers: IdentityProviders = IdentityProviders()
    ) async throws {
        control = RecordingControl(canRestart: canRestart)
        encryption = PayloadEncryption(derivation: KeyDerivation())
        let decryption = RootCredentialDecryption(root: Self.root, encryption: encryption)
        iam = IAM(root: Self.root, storage: storage, decryption: decryption)
        _ = try await iam.load()
        interface = AdminInterface(
            AdminServices(
                iam: iam,
                facts: FixedFacts(fixedUsage: usage),
                control: control,
                settings: SettingStore(
                    groups: Self.groups(overriding),
                    storage: storage,
                    decryption: decryption,
                    valuesInForce: valuesInForce,
                    onChange: { [changes] values in changes.withLock { $0.append(values) } }
                ),
                buckets: buckets,
                providers: providers,
                encryption: encryption
            )
        )
    }

    private static func groups(_ overriding: (name: String, value: String)?) -> [SettingGroup] {
        let isNumber: @Sendable (String) -> String? = { Int($0) == nil ? "a number is wanted" : nil }
        return [
            SettingGroup(
                "api",
                "manage global HTTP API call specific features",
                [
                    Setting(
                        "requests_max",
                        "requests under way at once",
                        type: "number",
                        default: "0",
                        variable: "MINIO_API_REQUESTS_MAX",
                        overriding: overriding,
                        isDynamic: true,
                        objection: isNumber
                    ),
                    Setting(
                        "root_note",
                        "any text",
                        type: "string",
                        default: "",
                        variable: "MINIO_API_ROOT_NOTE",
                        isDynamic: true,
                        objection: { _ in nil }
                    ),
                ]
            ),
            SettingGroup(
                "site",
                "where it is",
                [
                    Setting(
                        "region",
                        "a name",
                        type: "string",
                        default: "",
                        variable: "MINIO_SITE_REGION",
                        formerName: ("region", "name"),
                        objection: { $0.contains(" ") ? "a name without spaces is wanted" : nil }
                    ),
                    Setting(
                        "zone",
                        "a name",
                        type: "string",
                        default: "",
                        variable: "Z",
                        objection: { _ in nil }
                    ),
                ],
                objection: { $0["zone"] != nil && $0["region"] == nil ? "a zone needs a region" : nil }
            ),
        ]
    }

    /// - Parameter target: method, path with query, as in `GET list-users?bucket=b`.
    func answer(
        _ target: String,
        _ body: [UInt8] = [],
        by accessKey: String = "rootuser",
        token: String? = nil,
        dialect: CallPath.Dialect = .plain,
        kind: SignatureKind = .authorizationHeader
    ) async throws(AdminError) -> AdminResponse {
        let words = target.split(separator: " ").map { String($0) }
        let prefix = dialect == .plain ? "/rustfs/admin/v3/" : "/minio/admin/v3/"
        let parts = words[1].split(separator: "?", maxSplits: 1)
        let query = parts.count > 1 ? Array(parts[1].utf8)[...] : []
        do {
            let credential = try iam.credential(accessKey: accessKey, sessionToken: token)
            let incoming = IncomingCall(
                path: try #require(CallPath(Array((prefix + parts[0]).utf8))),
                method: Self.method(words[0]),
                query: try QueryString(query),
                contentType: nil,
                credential: credential,
                signatureKind: kind
            )
            return try await interface.answer(
                incoming,
                access: TestAccess(identity: credential.identity, authorizer: authorizer),
                body: TestBody(content: body)
            )
        } catch let error as AdminError {
            throw error
        } catch {
            Issue.record("\(error)")
            throw AdminError(.internalError)
        }
    }

    func json(_ target: String, _ body: String = "", by accessKey: String = "rootuser") async throws
        -> JSONValue
    {
        try JSONValue(parsing: try await answer(target, Array(body.utf8), by: accessKey).body)
    }

    func refusal(
        _ target: String,
        _ body: String = "",
        by accessKey: String = "rootuser",
        token: String? = nil
    ) async -> AdminError? {
        do throws(AdminError) {
            _ = try await answer(target, Array(body.utf8), by: accessKey, token: token)
            return nil
        } catch {
            return error
        }
    }

    /// A user with a policy that allows these actions and nothing else.
    func addUser(_ name: String, allowing actions: [String] = []) async throws {
        try await iam.addUser(name, secret: Secret("\(name)-secret"))
        guard !actions.isEmpty else { return }
        var statement: JSONObject = JSONObject()
        statement["Effect"] = "Allow"
        statement["Action"] = .array(actions.map { .string($0) })
        if actions.contains(where: { $0.hasPrefix("s3:") }) { statement["Resource"] = ["arn:aws:s3:::*"] }
        let policy: JSONValue = ["Version": "2012-10-17", "Statement": [.object(statement)]]
        try await iam.setPolicy(policy.encoded, named: "\(name)-policy")
        _ = try await iam.attach(["\(name)-policy"], to: .user(name))
    }

    static func method(_ text: String) -> RequestMethod {
        switch text {
        case "GET": .get
        case "PUT": .put
        case "POST": .post
        case "DELETE": .delete
        default: .other(text)
        }
    }
}

struct NoBuckets: BucketPolicySource {
    func access(toBucket bucket: String) -> BucketAccess? { nil }
}

struct TestAccess: CallAccess {
    let identity: Identity
    let authorizer: PolicyAuthorizer<NoBuckets>

    func isAllowed(_ rights: Rights, adding conditions: [String: [String]]) async -> Bool {
        struct Conditions: RequestContext {
            let values: [String: [String]]
            func values(of key: String) -> [String]? { values[key] }
        }
        return await authorizer.decide(rights, for: identity, in: Conditions(values: conditions)).isAllowed
    }
}

struct TestBody: AdminBody {
    let content: [UInt8]

    func bytes(sizeMax: Int) async throws(AdminError) -> [UInt8] {
        guard content.count <= sizeMax else { throw AdminError(.configTooLarge) }
        return content
    }
}

final class RecordingControl: ServiceControl {
    private let recorded = Locked<[String]>([])
    var calls: [String] { recorded.withLock { $0 } }
    let canRestart: Bool
    init(canRestart: Bool) { self.canRestart = canRestart }
    func stop() { recorded.withLock { $0.append("stop") } }
    func restart() { recorded.withLock { $0.append("restart") } }
}

/// Buckets with a setting that is JSON, in memory.
final class MemoryBuckets: BucketMetadataStore {
    private let policies = Locked<[String: [UInt8]?]>(["docs": Array("{}".utf8), "logs": nil])

    var rows: [BucketMetadataRow] {
        [
            BucketMetadataRow(fileName: "policy.json", sizeMax: 100) { [policies] (bucket) throws(S3Error) in
                guard let policy = policies.withLock({ $0[bucket] }) else { throw S3Error(.noSuchBucket) }
                return policy
            } write: { [policies] (text, bucket) throws(S3Error) in
                guard (try? JSONValue(parsing: text)) != nil else {
                    throw S3Error(.malformedPolicy, "no JSON")
                }
                policies.withLock { $0[bucket] = text }
            }
        ]
    }

    func bucketNames() -> [String] { policies.withLock { $0.keys.sorted() } }

    func makeBucket(_ name: String) async throws(S3Error) {
        guard !name.hasPrefix(".") else { throw S3Error(.invalidBucketName) }
        policies.withLock { $0[name] = .some(nil) }
    }

    func policy(of bucket: String) -> String? {
        policies.withLock { $0[bucket] ?? nil }.map { String(decoding: $0, as: UTF8.self) }
    }
}

struct FixedFacts: ServerFacts {
    let fixedUsage: StorageUsage?

    func overview() async -> ServerOverview {
        ServerOverview(
            version: "1.0",
            endpoint: "127.0.0.1:9000",
            scheme: "http",
            uptime: .seconds(90),
            region: "us-east-1",
            domains: [],
            deploymentID: UUID.zero,
            drives: (0..<4).map { index in
                ServerOverview.Drive(
                    endpoint: "/drives/\(index)",
                    path: "/drives/\(index)",
                    isOnline: index != 3,
                    totalSize: index == 3 ? 0 : 1000,
                    availableSize: index == 3 ? 0 : 400,
                    poolIndex: 0,
                    setIndex: 0,
                    driveIndex: index
                )
            },
            pools: [
                ServerOverview.Pool(setCount: 1, driveCountPerSet: 4, standardParity: 2, reducedParity: 1)
            ],
            processorCount: 2
        )
    }

    func usage() async -> StorageUsage? { fixedUsage }

    func expiry() -> ExpiryFacts {
        var (current, last) = (
            ExpiryFacts.Pass(started: Timestamp(seconds: 1_700_000_100)),
            ExpiryFacts.Pass(started: Timestamp(seconds: 1_700_000_000))
        )
        (current.bucket, current.versionCount, current.removedCount) = ("docs", 9, 3)
        (last.ended, last.expiredCount, last.abortedUploadCount) = (Timestamp(seconds: 1_700_000_060), 4, 1)
        return ExpiryFacts(
            isEnabled: true,
            speed: "slow",
            interval: .seconds(3600),
            current: current,
            last: last
        )
    }

    func buckets() -> [BucketFacts] {
        [
            BucketFacts(name: "docs", created: Timestamp(seconds: 1_700_000_000), isVersioned: true),
            BucketFacts(name: "logs", created: Timestamp(seconds: 1_700_000_001)),
        ]
    }
}
