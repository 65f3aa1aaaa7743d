import HTTP
import S3Service
import ServiceTestSupport
import SigV4
import Testing

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
}
