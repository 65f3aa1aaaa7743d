import AdminEncryption
import AdminService
import Base
import HTTP
import IAM
import S3API
import S3Service
import Server
import ServiceTestSupport
import Telemetry
import TestSupport
import Testing

/// Every operation of the administration interface against the reference, on paper and over HTTP. An operation that has
/// no entry there fails here.
@Suite struct AdminAuthorizationTests {
    @Test func theReferenceKnowsEveryOperation() {
        let known = Set(adminReference.map(\.operation))
        #expect(known == Set(AdminTable.all.map { $0.name }))
    }

    @Test(arguments: adminReference)
    func anOperationAsksForWhatTheReferenceNames(entry: AdminReferenceEntry) throws {
        let parts = entry.target.split(separator: "?", maxSplits: 1)
        guard case .call(let dialect, let names)? = CallPath(Array("/rustfs/admin/v3/\(parts[0])".utf8))
        else {
            Issue.record("\(entry) is no call")
            return
        }
        let call = AdminCall(
            method: try request(entry.method, "/").method,
            dialect: dialect,
            names: names,
            query: try QueryString(Array((parts.count > 1 ? parts[1] : "").utf8)[...]),
            caller: SignedIdentity(accessKey: "walker", kind: .user, account: .server)
        )
        let type = try AdminTable().operation(for: call)
        #expect(type.name == entry.operation)
        let operation = try type.init(parsing: call)
        #expect(operation.rights.all.map(\.action.name) == entry.rights)
        #expect(operation.rights.all.allSatisfy(\.isGrantedByDefault) == entry.isOwn)
        #expect(
            operation.alternativeRights.map { $0.all.map(\.action.name) } == entry.alternatives.map { [$0] }
        )
    }

    // MARK: over HTTP

    private struct NoFacts: ServerFacts {
        func overview() async -> ServerOverview {
            ServerOverview(
                version: "1",
                endpoint: "127.0.0.1:9000",
                scheme: "http",
                uptime: .zero,
                region: "us-east-1",
                domains: [],
                deploymentID: .zero,
                drives: [],
                pools: [],
                processorCount: 1
            )
        }
        func usage() async -> StorageUsage? { nil }
        func buckets() -> [BucketFacts] { [] }
        func expiry() -> ExpiryFacts {
            ExpiryFacts(isEnabled: false, speed: "default", interval: .seconds(1), current: nil, last: nil)
        }
    }

    private struct NoControl: ServiceControl {
        var canRestart: Bool { true }
        func stop() {}
        func restart() {}
    }

    private static func handler() async throws -> AdminHandler {
        let root = Credential(
            accessKey: "owner",
            secret: Secret("owner-secret"),
            identity: .root(accessKey: "owner")
        )
        let encryption = PayloadEncryption(derivation: KeyDerivation())
        let decryption = RootCredentialDecryption(root: root, encryption: encryption)
        let storage = MemoryStorage()
        let iam = IAM(root: root, storage: storage, decryption: decryption)
        _ = try await iam.load()
        let services = AdminServices(
            iam: iam,
            facts: NoFacts(),
            control: NoControl(),
            settings: SettingStore(groups: [], storage: storage, decryption: decryption),
            encryption: encryption
        )
        return AdminHandler(AdminInterface(services), hostID: "host")
    }

    private func policy(_ effect: String, _ key: String, _ actions: [String]) -> String {
        let list = actions.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"Version":"2012-10-17","Statement":[{"Effect":"\#(effect)","\#(key)":[\#(list)]}]}"#
    }

    @Test(.timeLimit(.minutes(2)))
    func everyCallIsDeniedWithoutAnyOneOfItsRightsAndAllowedWithExactlyThem() async throws {
        try await withServer(admin: try await Self.handler()) { server in
            for entry in adminReference {
                func isDenied(_ policies: [String], unsigned: Bool = false) throws -> Bool {
                    try server.users.set("walker", policies: policies)
                    let answer = try server.send(
                        entry.method,
                        "/rustfs/admin/v3/\(entry.target)",
                        body: entry.method == "GET" ? nil : "",
                        as: unsigned ? nil : "walker"
                    )
                    return answer.status == 403 && answer.text.contains(#""Code":"AccessDenied""#)
                }
                let (rights, isOwn) = (entry.rights, entry.isOwn)
                let isUnsignedDenied = try isDenied([], unsigned: true)
                #expect(isUnsignedDenied, "unsigned: \(entry)")
                // A key that is not there is told from another's by nobody but who may list them.
                let hidesAbsence = isOwn && entry.target.contains("accessKey=k")
                let isDeniedWithoutPolicy = try isDenied([])
                #expect(hidesAbsence || isDeniedWithoutPolicy == !isOwn, "no policy: \(entry)")
                let isDeniedExplicitly = try isDenied([policy("Deny", "Action", rights)])
                #expect(isDeniedExplicitly, "denied: \(entry)")
                for right in rights where !isOwn && entry.alternatives.isEmpty {
                    let isMissed = try isDenied([
                        policy("Allow", "Action", rights.filter { $0 != right } + ["admin:Heal"])
                    ])
                    #expect(isMissed, "without \(right): \(entry)")
                }
                for sufficient in [rights] + entry.alternatives.map({ [$0] }) {
                    let isLetIn = try !isDenied([policy("Allow", "Action", sufficient)])
                    #expect(isLetIn, "\(sufficient): \(entry)")
                }
            }
        }
    }
}
