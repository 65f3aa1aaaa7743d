import Foundation
import Testing

/// The fixtures folder: `MARTLET_FIXTURES`, else `shared/fixtures` beside the repository.
enum Fixtures {
    static let isPresent = FileManager.default.fileExists(atPath: folder.path)
    static let absence: Comment = "there is no fixtures folder; MARTLET_FIXTURES names it"

    static func json<Content: Decodable>(_ path: String, as type: Content.Type) throws -> Content {
        try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: path)))
    }

    private static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["MARTLET_FIXTURES"] { return URL(filePath: path) }
        // Tests/<Floor>/<Module>Tests/Fixtures.swift
        let root = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        return root.deletingLastPathComponent().appending(path: "shared/fixtures")
    }()
}
