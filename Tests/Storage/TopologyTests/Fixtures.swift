import Base
import Foundation

/// Ours, not Foundation's.
typealias UUID = Base.UUID

/// The fixtures folder: beside the repository, or where `MARTLET_FIXTURES` says.
enum Fixtures {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["MARTLET_FIXTURES"] {
            return URL(fileURLWithPath: path, isDirectory: true)
        }
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        // A worktree lies one folder deeper than the repository.
        let candidates = [root, root.deletingLastPathComponent()].map {
            $0.deletingLastPathComponent().appendingPathComponent("shared/fixtures", isDirectory: true)
        }
        return candidates.first { FileManager.default.fileExists(atPath: $0.path) } ?? candidates[0]
    }()

    static var exist: Bool { FileManager.default.fileExists(atPath: folder.path) }

    static let absence = "needs the folder shared/fixtures beside the repository, or MARTLET_FIXTURES"

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(path)))
    }

    static func json(_ path: String) throws -> [String: Any] {
        let data = try Data(contentsOf: folder.appendingPathComponent(path))
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// Unpacks an archive of drives into a fresh folder, which the caller removes.
    static func unpack(_ archive: String) throws -> URL {
        let target = FileManager.default.temporaryDirectory.appendingPathComponent(
            "topology-\(Foundation.UUID())"
        )
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = ["tar", "xJf", folder.appendingPathComponent(archive).path, "-C", target.path]
        try tar.run()
        tar.waitUntilExit()
        guard tar.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
        return target
    }
}
