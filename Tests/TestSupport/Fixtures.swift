package import Foundation

/// The fixtures folder: where `MARTLET_FIXTURES` says, else `shared/fixtures` beside the repository.
package enum Fixtures {
    package static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["MARTLET_FIXTURES"] {
            return URL(filePath: path, directoryHint: .isDirectory)
        }
        let root = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        // A work tree lies one folder deeper than the repository it belongs to.
        let candidates = [root, root.deletingLastPathComponent()].map {
            $0.deletingLastPathComponent().appending(path: "shared/fixtures", directoryHint: .isDirectory)
        }
        return candidates.first { FileManager.default.fileExists(atPath: $0.path) } ?? candidates[0]
    }()

    package static let isPresent = FileManager.default.fileExists(atPath: folder.path)

    /// Why a test that needs them is skipped.
    package static let absence =
        "needs the folder shared/fixtures beside the repository, or MARTLET_FIXTURES that names it"

    package static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: path)))
    }

    package static func json(_ path: String) throws -> [String: Any] {
        let data = try Data(contentsOf: folder.appending(path: path))
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    package static func json<Content: Decodable>(_ path: String, as type: Content.Type) throws -> Content {
        try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: path)))
    }

    /// Unpacks an archive of drives into a fresh folder.
    package static func unpack(_ archive: String) throws -> TemporaryFolder {
        let target = try TemporaryFolder("fixtures")
        try run("tar", ["xJf", folder.appending(path: archive).path, "-C", target.path])
        return target
    }
}
