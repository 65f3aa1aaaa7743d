import Telemetry

/// The one table of settings: parsing, `--help` and the README's table come from it.
let settingsTable: [SettingDefinition] = [
    SettingDefinition(
        .drives,
        "VOLUMES",
        default: .described("none: required here or as arguments"),
        "the drives' folders, separated by spaces, commas, tabs or newlines; `{1...4}` stands for four of them",
        to: \.server.volumes,
        ValueParsing.volumes
    ),
    SettingDefinition(
        .drives,
        "ERASURE_SET_DRIVE_COUNT",
        default: .described("chosen as MinIO does"),
        "drives in one erasure set, 2 to 32, where `0` chooses; read only when new drives are formatted",
        to: \.server.erasureSetDriveCount,
        setDriveCount
    ),
    SettingDefinition(
        .drives,
        "STORAGE_CLASS_STANDARD",
        default: .described("by drives in a set: 1: EC:0, 2–3: EC:1, 4–5: EC:2, 6–7: EC:3, more: EC:4"),
        "parity of new objects, such as `EC:2`",
        kept: .init("storage_class", "standard", type: "string"),
        to: \.server.standardParity,
        ValueParsing.parity
    ),
    SettingDefinition(
        .drives,
        "STORAGE_CLASS_RRS",
        default: .value("EC:1"),
        "parity of new objects in the class REDUCED_REDUNDANCY",
        kept: .init("storage_class", "rrs", type: "string"),
        to: \.server.reducedRedundancyParity,
        ValueParsing.parity
    ),
    SettingDefinition(
        .drives,
        "STORAGE_CLASS_INLINE_BLOCK",
        default: .value("128KiB"),
        "shards up to this size are kept inside `xl.meta`",
        kept: .init("storage_class", "inline_block", type: "string"),
        to: \.server.inlineShardSizeMax,
        inlineSize
    ),
    SettingDefinition(
        .drives,
        "DRIVE_GRACE_PERIOD",
        default: .value("1s"),
        "how long an answer waits for slower drives once enough have answered",
        to: \.server.driveGracePeriod,
        ValueParsing.duration
    ),
    SettingDefinition(
        .network,
        "ADDRESS",
        flags: [.init(name: "--address")],
        default: .value(":9000"),
        "where the S3 API listens",
        to: \.server.address,
        ListenAddress.init(parsing:)
    ),
    SettingDefinition(
        .network,
        "CONSOLE_ADDRESS",
        flags: [.init(name: "--console-address")],
        default: .described("port 9001 on the host of `--address`"),
        "where the console's page is served",
        to: \.consoleAddress,
        ListenAddress.init(parsing:)
    ),
    SettingDefinition(
        .network,
        "CONSOLE_ENABLE",
        aliases: ["BROWSER"],
        flags: [.init(name: "--console-enable", implied: "on")],
        default: .value("on"),
        "whether the console's port is opened",
        to: \.consoleIsEnabled,
        ValueParsing.boolean
    ),
    SettingDefinition(
        .network,
        "SERVER_DOMAINS",
        aliases: ["DOMAIN"],
        flags: [.init(name: "--server-domains")],
        default: .described("none"),
        "domains whose subdomains are bucket names, separated by commas",
        to: \.server.domains,
        ValueParsing.domains
    ),
    SettingDefinition(
        .network,
        "WEBSITE_DOMAINS",
        default: .described("`s3-website` and `s3-website-REGION` below those"),
        "further domains whose subdomains are buckets served as web sites, separated by commas",
        to: \.server.websiteDomains,
        ValueParsing.domains
    ),
    SettingDefinition(
        .network,
        "REGION",
        aliases: ["SITE_REGION", "REGION_NAME"],
        flags: [.init(name: "--region")],
        default: .value("us-east-1"),
        "the region that signatures name",
        kept: .init("site", "region", type: "string"),
        to: \.server.region,
        ValueParsing.region
    ),
    SettingDefinition(
        .network,
        "CORS_ALLOWED_ORIGINS",
        aliases: ["API_CORS_ALLOW_ORIGIN"],
        default: .described("none"),
        "origins, separated by commas, whose scripts browsers let use buckets without CORS rules, such as `https://*.example.com`, or `*` for all",
        to: \.server.allowedOrigins,
        ValueParsing.origins
    ),
    SettingDefinition(
        .network,
        "OBJECT_OWNERSHIP",
        default: .value("BucketOwnerEnforced"),
        "whose objects are in new buckets that do not say: with `BucketOwnerPreferred` and `ObjectWriter` ACLs are on",
        to: \.server.objectOwnership,
        ValueParsing.objectOwnership
    ),
    SettingDefinition(
        .network,
        "TRUSTED_PROXY_NETWORKS",
        default: .described("none"),
        "addresses and networks of proxies, separated by commas, that may say whom a request is from",
        to: \.server.trustedProxies,
        ValueParsing.networks
    ),
    SettingDefinition(
        .network,
        "TLS_PATH",
        aliases: ["CERTS_DIR"],
        flags: [.init(name: "--tls-path"), .init(name: "--certs-dir"), .init(name: "-S")],
        default: .described("none: plain HTTP"),
        "folder with `public.crt` and `private.key`, or `rustfs_cert.pem` and `rustfs_key.pem`",
        to: \.server.certificatesDirectory,
        ValueParsing.text
    ),
    SettingDefinition(
        .credentials,
        "ACCESS_KEY",
        aliases: ["ROOT_USER"],
        flags: [.init(name: "--access-key")],
        default: .described("`rustfsadmin`, on loopback addresses only"),
        "the root user's access key, at least 3 characters",
        isCredential: true,
        to: \.accessKey,
        Credentials.accessKey
    ),
    SettingDefinition(
        .credentials,
        "SECRET_KEY",
        aliases: ["ROOT_PASSWORD"],
        flags: [.init(name: "--secret-key")],
        default: .described("`rustfsadmin`, on loopback addresses only"),
        "the root user's secret key, at least 8 characters",
        isCredential: true,
        to: \.secretKey,
        Credentials.secretKey
    ),
    SettingDefinition(
        .credentials,
        "IDENTITY_TLS_ENABLE",
        default: .value("off"),
        "whether TLS clients are asked for certificates, which AssumeRoleWithCertificate takes: the common name names the policy",
        to: \.server.acceptsClientCertificates,
        ValueParsing.boolean
    ),
    SettingDefinition(
        .credentials,
        "IDENTITY_TLS_SKIP_VERIFY",
        default: .value("off"),
        "takes certificates that nobody vouches for: whoever can connect gets the rights of any policy; for trials only",
        to: \.server.trustsEveryClientCertificate,
        ValueParsing.boolean
    ),
    SettingDefinition(
        .limits,
        "MEMORY_BUDGET",
        default: .described("a quarter of RAM, at most 256MiB"),
        "what all transfers together may borrow, at least 16MiB",
        to: \.server.memoryBudgetSize,
        memoryBudget
    ),
    SettingDefinition(
        .limits,
        "CONNECTIONS_MAX",
        aliases: ["API_MAX_CONNECTIONS"],
        default: .value("10000"),
        "open client connections",
        to: \.server.connectionsMax,
        connectionCount
    ),
    SettingDefinition(
        .limits,
        "API_REQUESTS_MAX",
        default: .described("as the memory budget allows"),
        "requests under way at once, where `0` leaves it to the memory budget",
        kept: .init("api", "requests_max", type: "number"),
        to: \.server.requestsMax,
        requestCount
    ),
    SettingDefinition(
        .limits,
        "API_REQUESTS_DEADLINE",
        default: .value("10s"),
        "how long a request waits for its turn before it is answered 503 SlowDown",
        kept: .init("api", "requests_deadline", type: "duration"),
        to: \.server.requestsDeadline,
        positiveDuration
    ),
    SettingDefinition(
        .limits,
        "API_OBJECT_MAX_VERSIONS",
        default: .value("100000"),
        "versions of one object, delete markers among them, beyond which writes of it are refused; more than the default is taken as the default",
        kept: .init("api", "object_max_versions", type: "number"),
        to: \.server.objectVersionsMax,
        objectVersionCount
    ),
    SettingDefinition(
        .limits,
        "SIGN_IN_FAILURES_MAX",
        default: .value("100"),
        "failed sign-ins of an address with a key, a certificate, a directory or a provider, a minute, before 503 SlowDown, where `0` is no limit",
        to: \.server.signInFailuresMax,
        { text throws(InvalidValue) in try ValueParsing.integer(text, in: 0...1_000_000) }
    ),
    SettingDefinition(
        .limits,
        "BODY_RATE_MIN",
        default: .value("1KiB"),
        "bytes a second below which a body's connection is cut",
        to: \.server.bodyRateMin,
        ValueParsing.size
    ),
    SettingDefinition(
        .limits,
        "READ_HEADER_TIMEOUT",
        aliases: ["HTTP1_HEADER_READ_TIMEOUT"],
        flags: [.init(name: "--read-header-timeout")],
        default: .value("30s"),
        "how long a client may take to send a request's head",
        to: \.server.readHeaderTimeout,
        positiveDuration
    ),
    SettingDefinition(
        .limits,
        "IDLE_TIMEOUT",
        flags: [.init(name: "--idle-timeout")],
        default: .value("30s"),
        "how long a connection is kept open between requests",
        to: \.server.idleTimeout,
        positiveDuration
    ),
    SettingDefinition(
        .limits,
        "SHUTDOWN_TIMEOUT",
        flags: [.init(name: "--shutdown-timeout")],
        default: .value("30s"),
        "how long requests under way may still take once the server is told to stop",
        to: \.server.shutdownTimeout,
        ValueParsing.duration
    ),
    SettingDefinition(
        .limits,
        "API_STALE_UPLOADS_EXPIRY",
        aliases: ["STALE_UPLOADS_EXPIRY"],
        default: .value("24h"),
        "age at which an unfinished multipart upload is removed",
        kept: .init("api", "stale_uploads_expiry", type: "duration"),
        to: \.server.staleUploadsExpiry,
        positiveDuration
    ),
    SettingDefinition(
        .limits,
        "API_STALE_UPLOADS_CLEANUP_INTERVAL",
        aliases: ["STALE_UPLOADS_CLEANUP_INTERVAL"],
        default: .value("6h"),
        "how often such uploads are looked for",
        kept: .init("api", "stale_uploads_cleanup_interval", type: "duration"),
        to: \.server.staleUploadsCleanupInterval,
        positiveDuration
    ),
    SettingDefinition(
        .limits,
        "SCANNER_ENABLED",
        aliases: ["ENABLE_SCANNER"],
        default: .value("on"),
        "whether lifecycle rules are carried out",
        to: \.server.isScannerEnabled,
        ValueParsing.boolean
    ),
    SettingDefinition(
        .limits,
        "SCANNER_SPEED",
        default: .value("default"),
        "how much the work that carries them out rests between its steps: `fastest`, `fast`, `default`, `slow` or `slowest`",
        kept: .init("scanner", "speed", type: "string"),
        to: \.server.scannerSpeed,
        { text throws(InvalidValue) in
            guard let speed = ScannerSpeed(rawValue: text) else {
                throw InvalidValue("one of " + ScannerSpeed.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return speed
        }
    ),
    SettingDefinition(
        .limits,
        "ILM_INTERVAL",
        default: .value("1h"),
        "how often buckets with lifecycle rules are looked through for what expires",
        to: \.server.lifecycleInterval,
        positiveDuration
    ),
    SettingDefinition(
        .limits,
        "ILM_DEBUG_DAY_SECS",
        default: .value("0"),
        "for tests: seconds that count as a day of a lifecycle rule, looked for ten times as often, where `0` is a real day",
        to: \.server.lifecycleDaySeconds,
        { text throws(InvalidValue) in try ValueParsing.integer(text, in: 0...86_400) }
    ),
    SettingDefinition(
        .limits,
        "BUCKET_LOG_INTERVAL",
        default: .value("5m"),
        "how long lines of a bucket's access log wait before they are stored as an object",
        to: \.server.bucketLogInterval,
        positiveDuration
    ),
    SettingDefinition(
        .logging,
        "LOG_LEVEL",
        aliases: ["OBS_LOGGER_LEVEL"],
        flags: [.init(name: "--log-level")],
        default: .value("info"),
        "`trace`, `debug`, `info`, `warning` or `error`",
        to: \.server.logLevel,
        logLevel
    ),
    SettingDefinition(
        .logging,
        "LOG_FORMAT",
        flags: [.init(name: "--log-format"), .init(name: "--json", implied: "json")],
        default: .value("human"),
        "`human` or `json`, one line a record",
        to: \.server.logFormat,
        logFormat
    ),
    SettingDefinition(
        .logging,
        "AUDIT_ENABLE",
        default: .value("off"),
        "a log line for every decision: who may do what or not, and which policy says so",
        to: \.server.isAudited,
        ValueParsing.boolean
    ),
    SettingDefinition(
        .logging,
        "QUIET",
        flags: [.init(name: "--quiet", implied: "on")],
        default: .value("off"),
        "no lines below `warning`",
        to: \.isQuiet,
        ValueParsing.boolean
    ),
    SettingDefinition(
        .logging,
        "ANONYMOUS",
        flags: [.init(name: "--anonymous", implied: "on")],
        default: .value("off"),
        "accepted for MinIO's sake; changes nothing",
        to: \.nothing,
        { text throws(InvalidValue) in _ = try ValueParsing.boolean(text) }
    ),
    SettingDefinition(
        .refused,
        "KMS_AUTO_ENCRYPTION",
        default: .value("off"),
        "this version cannot encrypt, and does not pretend to",
        to: \.nothing,
        { text throws(InvalidValue) in try only(false, text, because: "this version cannot encrypt") }
    ),
    SettingDefinition(
        .refused,
        "API_ROOT_ACCESS",
        default: .value("on"),
        "the root user cannot be switched off",
        to: \.nothing,
        { text throws(InvalidValue) in try only(true, text, because: "the root user cannot be switched off") }
    ),
    SettingDefinition(
        .refused,
        "SERVER_MTLS_ENABLE",
        default: .value("off"),
        "this version requires no certificates of clients",
        to: \.nothing,
        { text throws(InvalidValue) in
            try only(false, text, because: "this version requires no certificates of clients")
        }
    ),
]

/// Names of files with settings or arguments; they are read before the table is.
let sourceSettings: [(name: String, meaning: String)] = [
    ("OPTS", "flags, as if they stood before those of the command line"),
    ("CONFIG_ENV_FILE", "a file of `NAME=value` lines that beat the environment's"),
]

private func setDriveCount(_ text: String) throws(InvalidValue) -> Int? {
    if text == "0" { return nil }
    do { return try ValueParsing.integer(text, in: 2...32) } catch { throw InvalidValue("0 or 2 to 32") }
}

private func inlineSize(_ text: String) throws(InvalidValue) -> Int {
    let size = try ValueParsing.size(text)
    guard size <= 1 << 20 else { throw InvalidValue("at most 1MiB") }
    return size
}

private func memoryBudget(_ text: String) throws(InvalidValue) -> Int? {
    let size = try ValueParsing.size(text)
    guard size >= 16 << 20 else { throw InvalidValue("at least 16MiB") }
    return size
}

/// RustFS's 0 means no limit, which here is as many as the kernel has descriptors for.
private func connectionCount(_ text: String) throws(InvalidValue) -> Int {
    let count = try ValueParsing.integer(text, in: 0...1_000_000)
    return count == 0 ? 1_000_000 : count
}

private func requestCount(_ text: String) throws(InvalidValue) -> Int? {
    let count = try ValueParsing.integer(text, in: 0...1_000_000)
    return count == 0 ? nil : count
}

/// MinIO's default, which is no limit, is the largest number there is.
private func objectVersionCount(_ text: String) throws(InvalidValue) -> Int {
    min(try ValueParsing.integer(text, in: 1...Int.max), 100_000)
}

private func positiveDuration(_ text: String) throws(InvalidValue) -> Duration {
    let duration = try ValueParsing.duration(text)
    guard duration > .zero else { throw InvalidValue("a duration above zero such as 30s, 5m or 1h30m") }
    return duration
}

private func logLevel(_ text: String) throws(InvalidValue) -> LogLevel {
    guard let level = LogLevel(name: text) else {
        throw InvalidValue("one of trace, debug, info, warning and error")
    }
    return level
}

private func logFormat(_ text: String) throws(InvalidValue) -> LogFormat {
    switch text.lowercased() {
    case "human": return .human
    case "json": return .json
    default: throw InvalidValue("human or json")
    }
}

private func only(_ value: Bool, _ text: String, because reason: String) throws(InvalidValue) {
    guard try ValueParsing.boolean(text) == value else {
        throw InvalidValue("\(value ? "on" : "off"): \(reason)")
    }
}
