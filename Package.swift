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
        kernels("CLinux"),
        library("COpenSSLTLS", pkgConfig: "libssl", package: "libssl-dev"),
        module("Posix", on: .platform, ["CLinux"]),
        module("EventLoop", on: .platform, ["Base", "Posix"]),
        // Wire: bytes to messages and back.
        module("HTTP", on: .wire, ["Base"]),
        module("TLS", on: .wire, ["Base", "COpenSSLTLS", "Posix"]),
        module("HTTPServer", on: .wire, ["Base", "EventLoop", "HTTP", "Posix", "TLS"]),
        // Storage: objects on drives.
        // Access: who may.
        // Service: requests to operations.
        // Commands.
        // Tests.
        tests(of: "Base", on: .platform),
        tests(of: "Posix", on: .platform),
        tests(of: "EventLoop", on: .platform, ["Base", "Posix"]),
        tests(of: "HTTP", on: .wire, ["Base"]),
        tests(of: "TLS", on: .wire, ["Base", "COpenSSLTLS", "EventLoop", "HTTP", "HTTPServer", "Posix"]),
        tests(of: "HTTPServer", on: .wire, ["Base", "EventLoop", "HTTP", "Posix"]),
    ],
    swiftLanguageModes: [.v6]
)
