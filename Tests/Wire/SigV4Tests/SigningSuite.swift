import Foundation
import TestSupport

/// AWS's published requests with what every step of signing them yields.
enum SigningSuite {
    static let folder = Fixtures.folder.appending(path: "sigv4")

    static let cases: [String] = {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        // A missing folder skips the suite, with its reason printed there.
        return (names ?? []).filter { !$0.hasPrefix(".") && !$0.contains(".") }.sorted()
    }()
}
