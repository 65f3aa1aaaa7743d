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

    func status(_ health: EngineHealth) -> ResponseStatus {
        let isGood =
            switch self {
            case .minioLive, .health, .live: true
            case .minioReady, .ready, .minioClusterRead: health.canRead
            case .minioCluster: health.canWrite
            }
        return isGood ? .ok : .serviceUnavailable
    }
}
