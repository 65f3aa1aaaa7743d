/// Flags of MinIO's and RustFS's servers for parts that this version does not have.
let flagsNotSupported = [
    "--buffer-profile", "--config", "--ftp", "--kms-backend", "--kms-default-key-id", "--kms-key-dir",
    "--kms-local-master-key", "--kms-vault-address", "--kms-vault-mount-path", "--kms-vault-token",
    "--license",
    "--obs-endpoint", "--sftp",
]

let flagsNotSupportedWithoutValue = [
    "--buffer-profile-disable", "--kms-allow-insecure-dev-defaults", "--kms-enable",
]

/// What MinIO and RustFS know behind their prefixes and this version does not.
enum NamesNotSupported {
    static func contains(_ stem: String) -> Bool {
        names.contains(stem) || beginnings.contains { stem.hasPrefix($0) }
    }

    private static let names: Set<String> = [
        "ADDED_EXCLUDE_COMPRESS_EXTENSIONS", "BROWSER_REDIRECT_URL", "CHECK_UPDATE", "CI",
        "CI_CD",
        "DURABILITY_MODE", "ENABLE_HEAL", "ENABLE_PROFILING",
        "EXTERNAL_ADDRESS", "EXTRA_CA_CERT", "GID", "GROUPNAME", "HTTP_REQUEST_BODY_READ_TIMEOUT",
        "IAM_MASTER_KEY", "LICENSE", "LOCAL_ENDPOINT_HOST", "MAX_EXPIRY_WORKERS", "MAX_TRANSITION_WORKERS",
        "MEMLIMIT", "NEW_BUCKET_DURABILITY_MODE", "NOTIFY_ENABLE", "PORT", "RPC_SECRET", "SERVER_URL",
        "SITE_NAME",
        "SSE_S3_MASTER_KEY", "STORAGE_CLASS_OPTIMIZE", "TRUST_LEAF_CERT_AS_CA", "TRUST_SYSTEM_CA", "UID",
        "UNSAFE_BYPASS_DISK_CHECK", "UNSUPPORTED_FS_POLICY", "UPDATE", "USERNAME", "VERSION",
    ]

    private static let beginnings = [
        "API_", "AUDIT_", "BUFFER_", "COMPRESSION_", "COMPRESS_", "CONSOLE_", "DATA_CACHE_", "DRIVE_",
        "FTPS_",
        "FTP_", "GET_", "H2_", "HEALTH_", "HEAL_", "HTTP1_", "IDENTITY_", "ILM_", "INTERNODE_", "KEYSTONE_",
        "KMS_", "LAMBDA_", "LOCK_", "LOGGER_", "METRICS_", "MTLS_", "NOTIFY_", "OBJECT_", "OBS_", "OUTBOUND_",
        "POLICY_PLUGIN_", "PROF_", "PROMETHEUS_", "RUNTIME_", "SCANNER_", "SFTP_", "STARTUP_", "TARGET_",
        "TLS_",
        "TRUSTED_PROXY_", "WEBDAV_",
    ]
}

/// Whether Kubernetes set the variable to tell of a service whose name starts with ours. It derives from the
/// service's name `X` the variables `X_SERVICE_HOST`, `X_SERVICE_PORT[_NAME]`, `X_PORT` and
/// `X_PORT_80_TCP[_PROTO|_PORT|_ADDR]`.
func isKubernetesService(name: String, value: String) -> Bool {
    let parts = name.split(separator: "_", omittingEmptySubsequences: false)
    return name.hasSuffix("_SERVICE_HOST") || name.hasSuffix("_SERVICE_PORT") || hasNamedServicePort(parts)
        || name == "MARTLET_PORT" || name.hasPrefix("MARTLET_PORT_") || isPortVariable(parts)
        || (parts.last == "PORT" && isServiceURL(value))
}

private func isServiceURL(_ value: String) -> Bool {
    ["tcp://", "udp://", "sctp://"].contains { value.hasPrefix($0) }
}

/// `…_PORT_80_TCP` and what follows it.
private func isPortVariable(_ parts: [Substring]) -> Bool {
    parts.indices.dropLast(2).contains { index in
        parts[index] == "PORT" && parts[index + 1].utf8.allSatisfy(\.isDigit)
            && ["TCP", "UDP", "SCTP"].contains(parts[index + 2])
    }
}

/// `…_SERVICE_PORT_NAME`.
private func hasNamedServicePort(_ parts: [Substring]) -> Bool {
    parts.indices.dropLast(2).contains { parts[$0] == "SERVICE" && parts[$0 + 1] == "PORT" }
}
