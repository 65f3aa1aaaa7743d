import HTTP
import S3Service
import ServiceTestSupport
import SigV4
import Testing

@testable import Engine
@testable import Server

@Suite struct HealthEndpointTests {
    @Test(arguments: HealthEndpoint.allCases, ["GET", "HEAD"])
    func unsignedReadsOfThePathsAreAnswered(endpoint: HealthEndpoint, method: String) throws {
        let head = try request(method, endpoint.rawValue).head
        #expect(HealthEndpoint(head, kind: .anonymous, isVirtualHost: false) == endpoint)
    }

    @Test(arguments: HealthEndpoint.allCases)
    func signedRequestsMeanABucket(endpoint: HealthEndpoint) throws {
        let head = try request("GET", endpoint.rawValue).head
        #expect(HealthEndpoint(head, kind: .authorizationHeader, isVirtualHost: false) == nil)
        #expect(HealthEndpoint(head, kind: .queryParameters, isVirtualHost: false) == nil)
    }

    @Test func belowAVirtualHostHealthIsAKey() throws {
        let head = try request("GET", "/health/live").head
        #expect(HealthEndpoint(head, kind: .anonymous, isVirtualHost: true) == nil)
        let probe = try request("GET", "/minio/health/live").head
        #expect(HealthEndpoint(probe, kind: .anonymous, isVirtualHost: true) == .minioLive)
    }

    @Test(arguments: [
        ("PUT", "/health"), ("POST", "/minio/health/live"), ("GET", "/healthy"), ("GET", "/health/"),
        ("GET", "/minio/health"),
    ])
    func otherRequestsAreNot(method: String, path: String) throws {
        let head = try request(method, path).head
        #expect(HealthEndpoint(head, kind: .anonymous, isVirtualHost: false) == nil)
    }

    private static func health(canRead: Bool = true, canWrite: Bool = true) -> EngineHealth {
        EngineHealth(drives: [], canRead: canRead, canWrite: canWrite, readQuorum: 2, writeQuorum: 3)
    }

    @Test(arguments: [
        (HealthEndpoint.minioLive, false, false, 200), (.health, false, false, 200),
        (.minioReady, true, false, 200), (.minioReady, false, false, 503), (.ready, false, true, 503),
        (.minioCluster, true, true, 200), (.minioCluster, true, false, 503),
        (.minioClusterRead, true, false, 200), (.minioClusterRead, false, true, 503),
    ])
    func aPathTellsWhatTheDrivesAllow(endpoint: HealthEndpoint, canRead: Bool, canWrite: Bool, status: Int) {
        let health = Self.health(canRead: canRead, canWrite: canWrite)
        #expect(endpoint.answer(health, query: nil).status == status)
    }

    @Test(arguments: [
        (HealthEndpoint.minioCluster, "x-minio-write-quorum", "3"),
        (.minioClusterRead, "x-minio-read-quorum", "2"),
    ])
    func theClustersPathsNameTheQuorum(endpoint: HealthEndpoint, name: String, value: String) {
        let headers = endpoint.answer(Self.health(), query: nil).headers
        #expect(headers.first { $0.name == name }?.value == value)
        #expect(headers.first { $0.name == "x-minio-storage-class-defaults" }?.value == "false")
    }

    @Test(arguments: [
        ("maintenance=true", 412), ("maintenance=false", 200), ("maintenance", 200), ("", 200),
        ("a=%zz", 200),
    ])
    func withoutItsOnlyMachineAClusterIsNotHealthy(query: String, status: Int) {
        for endpoint in [HealthEndpoint.minioCluster, .minioClusterRead] {
            #expect(endpoint.answer(Self.health(), query: Array(query.utf8)[...]).status == status)
        }
        #expect(HealthEndpoint.minioLive.answer(Self.health(), query: Array(query.utf8)[...]).status == 200)
    }
}
