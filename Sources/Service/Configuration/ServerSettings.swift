package import Directory
package import OpenID
package import Policy
package import S3API
package import Telemetry

/// Everything a server is told at start, checked.
package struct ServerSettings: Sendable, Equatable {
    /// Where the S3 API listens.
    package var address = ListenAddress(host: nil, port: 9000)
    /// Where the console's page is served; `nil` when it is switched off.
    package var consoleAddress: ListenAddress?
    /// As written: ellipses are not expanded, nothing is looked up. Never empty.
    package var volumes: [String] = []
    package var credentials = Credentials.published
    /// Lower case, without ports: the domains whose subdomains are bucket names. May be empty.
    package var domains: [String] = []
    /// The same for buckets that are served as web sites.
    package var websiteDomains: [String] = []
    package var region = "us-east-1"
    /// Origins whose scripts browsers let talk to buckets without rules of their own; `*` for all. May be empty.
    package var allowedOrigins: [String] = []
    /// Of new buckets that do not say whose their objects are.
    package var objectOwnership = ObjectOwnership.bucketOwnerEnforced
    /// Proxies whose word on where a request comes from counts.
    package var trustedProxies: [IPNetwork] = []
    /// The folder of certificate and key; `nil` serves plain HTTP.
    package var certificatesDirectory: String?
    /// Whether clients are asked for certificates, and those stand for the policy of their common name.
    package var acceptsClientCertificates = false
    /// Whether those count for which no authority vouches. Anybody can make one.
    package var trustsEveryClientCertificate = false

    /// Whose tokens are exchanged for temporary credentials; told apart from each other.
    package var openIDProviders: [ProviderSettings] = []
    /// Whose users get temporary credentials; `nil` where there is none.
    package var directory: DirectorySettings?

    /// Parity of new objects; `nil` leaves it to the number of drives in a set.
    package var standardParity: Int?
    /// Parity of new objects in the class REDUCED_REDUNDANCY.
    package var reducedRedundancyParity = 1
    /// Shards up to this size are kept inside `xl.meta`.
    package var inlineShardSizeMax = 128 << 10
    /// An object with so many versions takes no more.
    package var objectVersionsMax = 100_000
    /// Drives in one erasure set; `nil` chooses as MinIO does.
    package var erasureSetDriveCount: Int?
    /// How long an answer waits for slower drives once a quorum has answered.
    package var driveGracePeriod = Duration.seconds(1)

    /// Bytes that all transfers together may borrow; `nil` means a quarter of RAM, at most 256 MiB.
    package var memoryBudgetSize: Int?
    package var connectionsMax = 10_000
    /// Requests under way at once; `nil` leaves it to the memory budget.
    package var requestsMax: Int?
    /// How long a request waits for its turn before it is answered 503 SlowDown.
    package var requestsDeadline = Duration.seconds(10)
    /// Failed sign-ins of one address a minute before it is answered 503 SlowDown; 0 for any number.
    package var signInFailuresMax = 100
    /// Bytes a second below which a body's connection is cut.
    package var bodyRateMin = 1 << 10
    package var readHeaderTimeout = Duration.seconds(30)
    package var idleTimeout = Duration.seconds(30)
    package var shutdownTimeout = Duration.seconds(30)
    package var staleUploadsExpiry = Duration.seconds(24 * 3600)
    package var staleUploadsCleanupInterval = Duration.seconds(6 * 3600)

    /// Whether there is work in the background that looks through what is stored.
    package var isScannerEnabled = true
    package var scannerSpeed = ScannerSpeed.default
    /// Between two passes over the buckets' lifecycles.
    package var lifecycleInterval = Duration.seconds(3600)
    /// How long lines of buckets' access logs wait before they are stored.
    package var bucketLogInterval = Duration.seconds(300)
    /// Seconds that count as a day of a lifecycle's rule; 0 for a real one.
    package var lifecycleDaySeconds = 0

    package var logLevel = LogLevel.info
    package var logFormat = LogFormat.human
    /// A line for every decision whether somebody may.
    package var isAudited = false

    /// By names of settings: those that values kept on the drives could set, and that were set at start instead.
    package var given: [String: GivenValue] = [:]

    /// One line each, to be logged once at start.
    package var warnings: [String] = []

    package init() {}
}

/// What set a value at start.
package struct GivenValue: Sendable, Equatable {
    package let source: SettingSource
    /// As written.
    package let text: String

    package init(source: SettingSource, text: String) { (self.source, self.text) = (source, text) }
}
