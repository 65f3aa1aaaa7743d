internal import Engine
internal import HTTP
internal import S3API
internal import SigV4

/// What load balancers and container runtimes ask without credentials. Never a bucket: a signed request for
/// the same path means the bucket of that name, and below a virtual host it is a key.
enum HealthEndpoint: String, Sendable, CaseIterable {
    case minioLive = "/minio/health/live"
    case minioReady = "/minio/health/ready"
    case minioCluster = "/minio/health/cluster"
    case minioClusterRead = "/minio/health/cluster/read"
    case health = "/health"
    case live = "/health/live"
    case ready = "/health/ready"

    /// `nil` unless this is an unsigned GET or HEAD of one of the paths.
    init?(_ head: RequestHead, kind: SignatureKind, isVirtualHost: Bool) {
        guard head.method == .get || head.method == .head, kind == .anonymous else { return nil }
        guard let endpoint = Self(rawValue: String(decoding: head.path, as: UTF8.self)) else { return nil }
        // Nobody may name a bucket `minio`, so MinIO's own paths mean health on every host.
        guard endpoint.isMinIO || !isVirtualHost else { return nil }
        self = endpoint
    }

    private var isMinIO: Bool {
        switch self {
        case .minioLive, .minioReady, .minioCluster, .minioClusterRead: true
        case .health, .live, .ready: false
        }
    }

    /// - Parameter query: behind the `?`. With `maintenance=true` the cluster's paths tell whether it would be healthy
    ///   without this machine, which holds all of its drives: 412 says that it would not.
    func answer(
        _ health: EngineHealth,
        query: ArraySlice<UInt8>?
    ) -> (status: Int, headers: [(name: String, value: String)]) {
        switch self {
        case .minioLive, .health, .live: (200, [])
        case .minioReady, .ready: (health.canRead ? 200 : 503, [])
        case .minioCluster:
            clusterAnswer(health.canWrite, ("x-minio-write-quorum", "\(health.writeQuorum)"), query)
        case .minioClusterRead:
            clusterAnswer(health.canRead, ("x-minio-read-quorum", "\(health.readQuorum)"), query)
        }
    }

    private func clusterAnswer(
        _ isGood: Bool,
        _ quorum: (name: String, value: String),
        _ query: ArraySlice<UInt8>?
    ) -> (status: Int, headers: [(name: String, value: String)]) {
        // Storage classes are known before anything is answered.
        let headers = [quorum, ("x-minio-storage-class-defaults", "false")]
        if Self.asksForMaintenance(query) { return (412, headers) }
        return (isGood ? 200 : 503, headers)
    }

    private static func asksForMaintenance(_ query: ArraySlice<UInt8>?) -> Bool {
        // A query that cannot be read asks for nothing.
        guard let query, let parameters = try? QueryString(query) else { return false }
        return parameters["maintenance"] == "true"
    }
}
