// swift-tools-version: 6.2

import PackageDescription

// One line a module, lowest floor first. A module may depend on its own floor and on those below,
// never upwards and never in a circle: ArchitectureTests reads this package and refuses both.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// A floor of the house: a folder under `Sources`.
enum Floor: String {
    case platform = "Platform"
    case wire = "Wire"
    case storage = "Storage"
    case access = "Access"
    case features = "Features"
    case service = "Service"
    case commands = "Commands"
}

func module(_ name: String, on floor: Floor, _ uses: [String] = []) -> Target {
    .target(
        name: name,
        dependencies: uses.map { .byName(name: $0) },
        path: "Sources/\(floor.rawValue)/\(name)",
        swiftSettings: strict
    )
}

/// Debian's library as it is: a header and a link line.
func library(_ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(
        name: name,
        path: "Sources/Platform/\(name)",
        pkgConfig: pkgConfig,
        providers: [.apt([package])]
    )
}

/// C of our own. Debug builds optimise it too: unoptimised kernels make every test slow.
func kernels(_ name: String) -> Target {
    .target(
        name: name,
        path: "Sources/Platform/\(name)",
        cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror"])]
    )
}

func program(_ name: String, _ uses: [String]) -> Target {
    .executableTarget(
        name: name,
        dependencies: uses.map { .byName(name: $0) },
        path: "Sources/Commands/\(name)",
        swiftSettings: strict
    )
}

/// What test targets share: each sees no more of the house than the tests that use it.
func support(_ name: String, _ uses: [String]) -> Target {
    .target(
        name: name,
        dependencies: uses.map { .byName(name: $0) },
        path: "Tests/\(name)",
        swiftSettings: strict
    )
}

func tests(of name: String, on floor: Floor, _ uses: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: ([name] + uses).map { .byName(name: $0) },
        path: "Tests/\(floor.rawValue)/\(name)Tests",
        swiftSettings: strict
    )
}

let package = Package(
    name: "martlet",
    targets: [
        // Platform: no S3 word below this line.
        module("Base", on: .platform),
        module("Host", on: .platform),
        module("Telemetry", on: .platform, ["Base"]),
        module("Bytes", on: .platform, ["Base"]),
        kernels("CLinux"),
        module("Posix", on: .platform, ["CLinux"]),
        module("EventLoop", on: .platform, ["Base", "Posix"]),
        kernels("CFiles"),
        module("Files", on: .platform, ["Base", "CFiles"]),
        kernels("CKernels"),
        library("CISAL", pkgConfig: "libisal", package: "libisal-dev"),
        library("CXXHash", pkgConfig: "libxxhash", package: "libxxhash-dev"),
        module("Checksums", on: .platform, ["CKernels", "CISAL", "CXXHash"]),
        library("COpenSSL", pkgConfig: "libcrypto", package: "libssl-dev"),
        library("CArgon2", pkgConfig: "libargon2", package: "libargon2-dev"),
        module("Cryptography", on: .platform, ["Base", "CArgon2", "COpenSSL"]),
        library("CCurl", pkgConfig: "libcurl", package: "libcurl4-openssl-dev"),
        library("CExpat", pkgConfig: "expat", package: "libexpat1-dev"),
        module("XML", on: .platform, ["CExpat"]),
        // Deflate from zlib, which every Debian has, and the container by ourselves: libzip would bring bzip2, xz, zstd and a
        // parser of more formats than archives of settings need.
        library("CZlib", pkgConfig: "zlib", package: "zlib1g-dev"),
        module("Zip", on: .platform, ["CZlib"]),
        module("JSON", on: .platform),
        module("MessagePack", on: .platform, ["Base"]),
        kernels("CLDAP"),
        // Wire: bytes to messages and back.
        library("COpenSSLTLS", pkgConfig: "libssl", package: "libssl-dev"),
        module("TLS", on: .wire, ["Base", "COpenSSLTLS", "Posix"]),
        module("HTTP", on: .wire, ["Base"]),
        module("HTTPServer", on: .wire, ["Base", "EventLoop", "HTTP", "Posix", "TLS"]),
        module("HTTPClient", on: .wire, ["Base", "CCurl", "Files", "Posix"]),
        module("SigV4", on: .wire, ["Base", "Cryptography"]),
        module("S3API", on: .wire, ["Base", "JSON", "XML", "SigV4"]),
        module("AdminEncryption", on: .wire, ["Base", "Cryptography", "Files", "Telemetry"]),
        module("JOSE", on: .wire, ["Base", "Cryptography", "JSON", "Telemetry"]),
        // Storage: objects on drives.
        module("ErasureCode", on: .storage, ["Base", "CISAL"]),
        module("XLMeta", on: .storage, ["Base", "Checksums", "MessagePack"]),
        module("Topology", on: .storage, ["Base", "Checksums", "JSON"]),
        module("Locks", on: .storage, ["Base"]),
        module("Drives", on: .storage, ["Base", "Bytes", "Checksums", "Files", "XLMeta"]),
        module("Engine", on: .storage, ["Base", "Bytes", "Checksums", "Cryptography", "Drives", "ErasureCode", "Files", "Locks", "Topology", "XLMeta"]),
        // Access: who may.
        module("Policy", on: .access, ["Base", "JSON"]),
        module("IAM", on: .access, ["AdminEncryption", "Base", "Cryptography", "JOSE", "JSON", "Policy", "Telemetry"]),
        module("OpenID", on: .access, ["Base", "Cryptography", "HTTPClient", "JOSE", "JSON", "Telemetry"]),
        module("Directory", on: .access, ["Base", "CLDAP", "Files", "Posix", "Telemetry"]),
        // Features: what happens by itself.
        module("Lifecycle", on: .features, ["Base", "S3API"]),
        // Service: requests to operations.
        module("Configuration", on: .service, ["Directory", "OpenID", "Policy", "S3API", "Telemetry"]),
        module("S3Service", on: .service, ["Base", "Bytes", "Checksums", "Cryptography", "Engine", "HTTP", "IAM", "Lifecycle", "Policy", "S3API", "SigV4", "Topology", "XLMeta"]),
        module("BucketOperations", on: .service, ["Base", "Engine", "HTTP", "IAM", "S3API", "S3Service", "XLMeta"]),
        module("ObjectOperations", on: .service, ["Base", "Engine", "HTTP", "IAM", "S3API", "S3Service", "Topology", "XLMeta"]),
        module("MultipartOperations", on: .service, ["Base", "Checksums", "Cryptography", "Engine", "HTTP", "IAM", "S3API", "S3Service", "Topology", "XLMeta"]),
        module("AdminService", on: .service, ["AdminEncryption", "Base", "HTTP", "IAM", "JSON", "Policy", "S3API", "S3Service", "SigV4", "Telemetry", "Zip"]),
        module("STSService", on: .service, ["Base", "Cryptography", "IAM", "JSON", "Policy", "SigV4", "Telemetry", "XML"]),
        module("Server", on: .service, ["AdminEncryption", "AdminService", "Base", "BucketOperations", "Bytes", "Configuration", "Cryptography", "Directory", "Drives", "Engine", "EventLoop", "HTTP", "HTTPClient", "HTTPServer", "Host", "IAM", "JOSE", "JSON", "Lifecycle", "MultipartOperations", "ObjectOperations", "OpenID", "Policy", "Posix", "S3API", "S3Service", "STSService", "SigV4", "TLS", "Telemetry", "Topology", "XLMeta"]),
        // Commands.
        program("martlet", ["Host", "Server"]),
        program("martlet-bench", ["Base", "Cryptography", "Host", "JSON", "Posix", "SigV4", "Zip"]),
        // Tests.
        tests(of: "Lifecycle", on: .features, ["Base", "S3API"]),
        tests(of: "IAM", on: .access, ["AdminEncryption", "Base", "JOSE", "JSON", "Policy", "Telemetry"]),
        tests(of: "OpenID", on: .access, ["Base", "COpenSSL", "HTTPClient", "JOSE", "JSON", "Telemetry", "TestSupport"]),
        tests(of: "Directory", on: .access, ["Base", "Posix", "Telemetry", "TestSupport"]),
        tests(of: "Policy", on: .access, ["Base", "JSON"]),
        tests(of: "S3Service", on: .service, ["Base", "Bytes", "Checksums", "Cryptography", "Engine", "HTTP", "IAM", "Policy", "S3API", "ServiceTestSupport", "SigV4", "TestSupport", "Topology"]),
        tests(of: "AdminService", on: .service, ["AdminEncryption", "Base", "CZlib", "HTTP", "IAM", "JSON", "Policy", "S3API", "ServiceTestSupport", "SigV4", "Telemetry", "TestSupport", "Zip"]),
        tests(of: "STSService", on: .service, ["AdminEncryption", "Base", "IAM", "JSON", "ServiceTestSupport", "SigV4", "Telemetry", "TestSupport", "XML"]),
        tests(of: "Server", on: .service, ["AdminEncryption", "AdminService", "Base", "BucketOperations", "Bytes", "Configuration", "Cryptography", "Directory", "Drives", "Engine", "EventLoop", "HTTP", "HTTPServer", "IAM", "JSON", "Lifecycle", "MultipartOperations", "ObjectOperations", "OpenID", "Policy", "Posix", "S3API", "S3Service", "STSService", "ServiceTestSupport", "SigV4", "StorageTestSupport", "Telemetry", "TestSupport", "Topology", "XLMeta", "XML"]),
        tests(of: "ObjectOperations", on: .service, ["Base", "Bytes", "Cryptography", "Engine", "HTTP", "IAM", "Policy", "S3API", "S3Service", "ServiceTestSupport", "StorageTestSupport", "TestSupport", "Topology", "XLMeta"]),
        tests(of: "MultipartOperations", on: .service, ["Base", "Checksums", "Engine", "S3API", "S3Service", "XLMeta"]),
        tests(of: "Host", on: .platform),
        tests(of: "Engine", on: .storage, ["Base", "Bytes", "Drives", "ErasureCode", "StorageTestSupport", "TestSupport", "Topology", "XLMeta"]),
        .testTarget(name: "MartletBenchTests", dependencies: ["martlet-bench", "Base", "JSON", "Posix", "SigV4", "Zip"], path: "Tests/Commands/MartletBenchTests", swiftSettings: strict),
        .testTarget(name: "ArchitectureTests", path: "Tests/ArchitectureTests", swiftSettings: strict),
        support("TestSupport", ["Base", "Files", "Posix"]),
        support("StorageTestSupport", ["Base", "Bytes", "Drives", "Engine", "Files", "Locks", "TestSupport", "Topology"]),
        support("ServiceTestSupport", ["Base", "Engine", "HTTP", "IAM", "S3API", "S3Service", "SigV4"]),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "AdminEncryption", "Base", "Bytes", "Checksums", "Drives", "Engine", "Files", "IAM", "JSON", "Locks", "Policy", "Server",
                "StorageTestSupport", "Telemetry", "TestSupport", "Topology", "XLMeta",
            ],
            path: "Tests/SimulationTests",
            swiftSettings: strict
        ),
        tests(of: "Base", on: .platform),
        tests(of: "CKernels", on: .platform, ["Base"]),
        tests(of: "Checksums", on: .platform, ["Base", "TestSupport"]),
        tests(of: "Cryptography", on: .platform, ["Base", "COpenSSL"]),
        tests(of: "ErasureCode", on: .storage, ["Base", "Checksums", "TestSupport"]),
        tests(of: "Telemetry", on: .platform, ["Base"]),
        tests(of: "Configuration", on: .service, ["Base", "Directory", "OpenID", "Telemetry"]),
        tests(of: "Bytes", on: .platform, ["Base"]),
        tests(of: "Files", on: .platform, ["Base", "TestSupport"]),
        tests(of: "Locks", on: .storage, ["Base"]),
        tests(of: "MessagePack", on: .platform, ["Base"]),
        tests(of: "JSON", on: .platform, ["Base"]),
        tests(of: "XLMeta", on: .storage, ["Base", "MessagePack", "TestSupport"]),
        tests(of: "Topology", on: .storage, ["Base", "JSON", "TestSupport"]),
        tests(of: "Posix", on: .platform),
        tests(of: "EventLoop", on: .platform, ["Base", "Posix"]),
        tests(of: "HTTP", on: .wire, ["Base"]),
        tests(of: "TLS", on: .wire, ["Base", "COpenSSLTLS", "EventLoop", "HTTP", "HTTPServer", "Posix", "TestSupport"]),
        tests(of: "HTTPServer", on: .wire, ["Base", "EventLoop", "HTTP", "Posix", "TestSupport"]),
        tests(of: "XML", on: .platform, ["Base"]),
        tests(of: "HTTPClient", on: .wire, ["Base", "EventLoop", "HTTP", "HTTPServer", "Posix", "TLS", "TestSupport"]),
        tests(of: "Zip", on: .platform, ["Base", "CZlib"]),
        tests(of: "SigV4", on: .wire, ["Base", "Cryptography", "TestSupport"]),
        tests(of: "S3API", on: .wire, ["Base", "XML", "SigV4", "TestSupport"]),
        tests(of: "AdminEncryption", on: .wire, ["Base", "Cryptography", "Files", "Telemetry", "TestSupport"]),
        tests(of: "JOSE", on: .wire, ["Base", "Cryptography", "JSON", "Telemetry", "TestSupport"]),
        tests(of: "Drives", on: .storage, ["Base", "Bytes", "Checksums", "Files", "XLMeta", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
