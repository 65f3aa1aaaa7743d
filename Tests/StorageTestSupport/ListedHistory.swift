package import Base
import Bytes
package import Engine
import TestSupport
import Topology

/// What was done to the keys of a bucket, and the versions that are left of it.
package struct ListedHistory: Sendable {
    package private(set) var items: [ListingModel.Item] = []

    package var model: ListingModel { ListingModel(items) }

    /// Gives each key one to four versions or markers, and takes some of them away again.
    ///
    /// - Returns: what is left: of some keys nothing.
    package static func write(
        _ keys: [String],
        to engine: Engine,
        bucket: String,
        seed: UInt64
    ) async throws -> Self {
        let taskCount = 16
        return try await withThrowingTaskGroup(of: [ListingModel.Item].self) { group in
            for task in 0..<taskCount {
                group.addTask {
                    var random = SeededGenerator(seed: seed &* 1000 &+ UInt64(task))
                    var items: [ListingModel.Item] = []
                    for index in stride(from: task, to: keys.count, by: taskCount) {
                        items += try await write(keys[index], to: engine, bucket, &random)
                    }
                    return items
                }
            }
            var history = Self()
            for try await items in group { history.items += items }
            return history
        }
    }

    private static func write(
        _ key: String,
        to engine: Engine,
        _ bucket: String,
        _ random: inout SeededGenerator
    ) async throws -> [ListingModel.Item] {
        var versions: [(id: UUID, isMarker: Bool)] = []
        for _ in 0..<max(1, Int.random(in: -2...4, using: &random)) {
            // Some are too large to lie within the metadata: they have a folder of their own beside it.
            let size = Int.random(in: 0..<50, using: &random) == 0 ? 300_000 : 1
            let choice: VersionChoice = Bool.random(using: &random) ? .null : .new
            switch Int.random(in: 0..<10, using: &random) {
            case 0...6:
                let id = try await engine.putForListing(bucket, key, size: size, as: choice)
                versions = [(id, false)] + versions.filter { $0.id != id }
            case 7, 8:
                let id = try await engine.delete(bucket: bucket, key: key, .marker(choice)).markerID
                guard let id else { continue }
                versions = [(id, true)] + versions.filter { $0.id != id }
            default:
                guard let gone = versions.randomElement(using: &random) else { continue }
                _ = try await engine.delete(bucket: bucket, key: key, .version(gone.id))
                versions.removeAll { $0.id == gone.id }
            }
        }
        return versions.enumerated().map { index, version in
            ListingModel.Item(
                Octets(key),
                id: "\(version.id)",
                isLatest: index == 0,
                isDeleteMarker: version.isMarker
            )
        }
    }
}

extension Engine {
    @discardableResult
    package func putForListing(
        _ bucket: String,
        _ key: String,
        size: Int = 1,
        as choice: VersionChoice = .null
    ) async throws -> UUID {
        var body = BytesInMemory([UInt8](repeating: 7, count: size))
        let staged = try await stage(
            &body,
            size: Int64(size),
            bucket: bucket,
            key: key,
            storageClass: .standard
        )
        let version = try await commit(
            staged,
            as: choice,
            metadata: ObjectMetadata(user: [(name: "etag", value: "e")])
        )
        return version.id
    }
}
