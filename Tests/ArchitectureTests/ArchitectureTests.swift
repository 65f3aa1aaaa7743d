import Foundation
import Testing

@Suite struct ArchitectureTests {
    @Test func thePackagesArrowsPointDownOrSideways() throws {
        let graph = try ModuleGraph(describedBy: describedPackage())
        #expect(graph.modules.contains { $0.name == "Base" && $0.floor == .platform })
        #expect(graph.violations() == [])
    }

    @Test func anArrowUpwardIsSeen() {
        let graph = ModuleGraph([
            .init("Base", path: "Sources/Platform/Base", uses: ["Engine"]),
            .init("Engine", path: "Sources/Storage/Engine"),
        ])
        #expect(graph.violations() == ["Base (Platform) uses Engine (Storage) above it"])
    }

    @Test func aCircleIsSeen() {
        let graph = ModuleGraph([
            .init("A", path: "Sources/Wire/A", uses: ["B"]),
            .init("B", path: "Sources/Wire/B", uses: ["C"]),
            .init("C", path: "Sources/Wire/C", uses: ["A"]),
            .init("D", path: "Sources/Wire/D", uses: ["A"]),
        ])
        #expect(graph.violations() == ["A", "B", "C"].map { "\($0) uses itself through others" })
    }

    @Test func aServerThatUsesTestSupportIsSeen() {
        let graph = ModuleGraph([
            .init("Server", path: "Sources/Service/Server", uses: ["TestSupport"]),
            .init("TestSupport", path: "Tests/TestSupport", uses: ["Server"]),
        ])
        #expect(graph.violations().contains("Server uses TestSupport, which is for tests"))
    }

    @Test func aModuleOutsideTheFloorsIsSeen() {
        let graph = ModuleGraph([.init("Attic", path: "Sources/Attic")])
        #expect(graph.violations() == ["Attic lies in Sources/Attic, which is on no floor"])
    }

    @Test func downwardAndSidewardArrowsAreFine() {
        let graph = ModuleGraph([
            .init("Base", path: "Sources/Platform/Base"),
            .init("Posix", path: "Sources/Platform/Posix", uses: ["Base"]),
            .init("Server", path: "Sources/Service/Server", uses: ["Posix", "Base"]),
            .init("ServerTests", path: "Tests/Service/ServerTests", uses: ["Server"]),
        ])
        #expect(graph.violations() == [])
    }

    /// The server carries no Foundation: it would make the binary three to seven times as large.
    @Test func noSourceImportsFoundation() throws {
        let sources = repositoryRoot.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var checkedCount = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(!importsFoundation(text), "\(file.path)")
            checkedCount += 1
        }
        #expect(checkedCount > 0)
    }

    @Test(
        arguments: [
            ("import Foundation", true), ("  package import FoundationEssentials", true),
            ("@preconcurrency import Foundation", true), ("import struct Foundation.Data", true),
            ("// import Foundation", false), ("import Glibc", false), ("import FoundationOfOurs", false),
        ]
    )
    func anImportOfFoundationIsSeen(line: String, isImport: Bool) {
        #expect(importsFoundation("import Base\n\(line)\n") == isImport)
    }
}

private let repositoryRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

private func importsFoundation(_ text: String) -> Bool {
    text.split(separator: "\n").contains { line in
        let words = line.split { $0 == " " || $0 == "." }
        guard let keyword = words.firstIndex(of: "import"),
            !words[..<keyword].contains(where: { $0.hasPrefix("//") })
        else { return false }
        return words[keyword...].contains { $0 == "Foundation" || $0 == "FoundationEssentials" }
    }
}

private struct PackageCannotBeDescribed: Error { let status: Int32 }

/// With a scratch folder of its own: the usual one is locked while `swift test` runs. SwiftPM's temporary files
/// go there too, because it leaves some behind.
private func describedPackage() throws -> Data {
    let scratch = FileManager.default.temporaryDirectory.appending(path: "architecture-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: false)
    // Litter in the temporary folder is the worst a failure here leaves.
    defer { try? FileManager.default.removeItem(at: scratch) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
        "swift", "package", "--package-path", repositoryRoot.path, "--scratch-path", scratch.path, "describe",
        "--type", "json",
    ]
    process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": scratch.path]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let json = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw PackageCannotBeDescribed(status: process.terminationStatus)
    }
    return json
}
