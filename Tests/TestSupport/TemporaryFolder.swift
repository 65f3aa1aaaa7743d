package import Foundation

/// A new folder that goes away, with all that is in it, with the value.
package final class TemporaryFolder: Sendable {
    package let url: URL
    package var path: String { url.path }

    /// - Parameter name: whose it is, for whoever finds one that stayed behind.
    package init(_ name: String) throws {
        url = FileManager.default.temporaryDirectory.appending(
            path: "martlet-\(name)-\(UUID().uuidString)",
            directoryHint: .isDirectory
        )
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    // Litter in the temporary folder is the worst a failure here leaves.
    deinit { try? FileManager.default.removeItem(at: url) }

    /// Writes a file, and the folders it is in; the file appears at once and whole.
    package func write(_ name: String, _ text: String) throws {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: file, options: .atomic)
    }

    package func delete(_ name: String) throws {
        try FileManager.default.removeItem(at: url.appending(path: name))
    }
}
