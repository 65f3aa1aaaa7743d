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
enum Floor: String { case platform = "Platform", wire = "Wire", storage = "Storage", access = "Access", features = "Features", service = "Service", commands = "Commands" }

func module(_ name: String, on floor: Floor, _ uses: [String] = []) -> Target {
    .target(name: name, dependencies: uses.map { .byName(name: $0) }, path: "Sources/\(floor.rawValue)/\(name)", swiftSettings: strict)
}

/// Debian's library as it is: a header and a link line.
func library(_ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/Platform/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// C of our own. Debug builds optimise it too: unoptimised kernels make every test slow.
func kernels(_ name: String) -> Target {
    .target(name: name, path: "Sources/Platform/\(name)", cSettings: [.unsafeFlags(["-O2", "-Wall", "-Wextra", "-Werror"])])
}

func program(_ name: String, _ uses: [String]) -> Target {
    .executableTarget(name: name, dependencies: uses.map { .byName(name: $0) }, path: "Sources/Commands/\(name)", swiftSettings: strict)
}

func tests(of name: String, on floor: Floor, _ uses: [String] = []) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: ([name] + uses).map { .byName(name: $0) }, path: "Tests/\(floor.rawValue)/\(name)Tests", swiftSettings: strict)
}

let package = Package(
    name: "martlet",
    targets: [
        // Platform: no S3 word below this line.
        module("Base", on: .platform),
        module("Bytes", on: .platform, ["Base"]),
        kernels("CFiles"),
        module("Files", on: .platform, ["Base", "CFiles"]),
        kernels("CKernels"),
        library("CISAL", pkgConfig: "libisal", package: "libisal-dev"),
        library("CXXHash", pkgConfig: "libxxhash", package: "libxxhash-dev"),
        module("Checksums", on: .platform, ["CKernels", "CISAL", "CXXHash"]),
        library("COpenSSL", pkgConfig: "libcrypto", package: "libssl-dev"),
        module("Cryptography", on: .platform, ["Base", "COpenSSL"]),
        module("MessagePack", on: .platform, ["Base"]),
        module("JSON", on: .platform),
        // Wire: bytes to messages and back.
        // Storage: objects on drives.
        module("ErasureCode", on: .storage, ["Base", "CISAL"]),
        module("Locks", on: .storage, ["Base"]),
        module("XLMeta", on: .storage, ["Base", "MessagePack", "CXXHash"]),
        module("Topology", on: .storage, ["Base", "JSON"]),
        module("Drives", on: .storage, ["Base", "Bytes", "Checksums", "Files", "XLMeta"]),
        // Access: who may.
        // Service: requests to operations.
        // Commands.
        // Tests.
        .target(name: "TestSupport", dependencies: ["Base", "Files"], path: "Tests/TestSupport", swiftSettings: strict),
        tests(of: "Base", on: .platform),
        tests(of: "CKernels", on: .platform, ["Base"]),
        tests(of: "Checksums", on: .platform, ["Base"]),
        tests(of: "Cryptography", on: .platform, ["Base"]),
        tests(of: "ErasureCode", on: .storage, ["Base", "Checksums"]),
        tests(of: "Bytes", on: .platform, ["Base"]),
        tests(of: "Files", on: .platform, ["Base", "TestSupport"]),
        tests(of: "Locks", on: .storage, ["Base"]),
        tests(of: "MessagePack", on: .platform, ["Base"]),
        tests(of: "JSON", on: .platform, ["Base"]),
        tests(of: "XLMeta", on: .storage, ["Base", "MessagePack"]),
        tests(of: "Topology", on: .storage, ["Base", "JSON"]),
        tests(of: "Drives", on: .storage, ["Base", "Bytes", "Checksums", "Files", "XLMeta", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
