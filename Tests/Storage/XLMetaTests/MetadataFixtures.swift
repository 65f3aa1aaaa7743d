import Base
import Foundation
import TestSupport

/// Ours, not Foundation's.
typealias UUID = Base.UUID

extension Fixtures {
    /// Every metadata file, relative to the folder, for which an independent decoding is there.
    static let metadataFiles: [String] = {
        guard let walk = FileManager.default.enumerator(atPath: folder.path) else { return [] }
        return walk.compactMap { $0 as? String }.filter {
            FileManager.default.fileExists(atPath: folder.appendingPathComponent(expectation(of: $0)).path)
        }.sorted()
    }()

    /// The independent decoding of a metadata file.
    static func expectation(of path: String) -> String {
        let renamed = path.replacingOccurrences(of: "minio-captures/", with: "minio/")
        return "expected/" + renamed.replacingOccurrences(of: "/", with: "__") + ".json"
    }
}
