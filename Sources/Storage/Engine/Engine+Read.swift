package import Base
import Drives
import Locks
import Topology
import XLMeta

extension Engine {
    /// The newest version, or the one named by `id` (``UUID/zero``: the null version). A delete marker is returned as
    /// a version like any other.
    ///
    /// - Throws: ``EngineError/objectNotFound`` without any version, ``EngineError/versionNotFound`` without the named
    ///   one, ``EngineError/readQuorumLost(available:required:)`` when those who do not answer could know better,
    ///   ``EngineError/damaged(_:)`` or ``EngineError/unsupported(_:)`` when all answer and too few can be understood.
    package func version(
        bucket: String,
        key: String,
        id: UUID? = nil
    ) async throws(EngineError) -> ObjectVersion {
        let name = try name(of: key)
        _ = try self.bucket(bucket)
        let path = ObjectPath(volume: bucket, name: name.path)
        let lease = await locks.acquire(.object(bucket: bucket, name: name.path), .shared)
        defer { lease.release() }
        return try await find(path, key: key, id.map(VersionWanted.id) ?? .newest).version
    }

    /// The same version, ready to be read: its files stay until the reader is closed, whatever happens to the key.
    ///
    /// - Throws: as ``version(bucket:key:id:)``; ``EngineError/unsupported(_:)`` when the stored bytes are not the
    ///   client's.
    package func open(
        bucket: String,
        key: String,
        id: UUID? = nil
    ) async throws(EngineError) -> ObjectReader {
        let name = try name(of: key)
        _ = try self.bucket(bucket)
        let path = ObjectPath(volume: bucket, name: name.path)
        let lease = await locks.acquire(.object(bucket: bucket, name: name.path), .shared)
        defer { lease.release() }
        let found = try await find(path, key: key, id.map(VersionWanted.id) ?? .newest, needsData: true)
        return try await reader(of: found, path)
    }

    func reader(of found: FoundVersion, _ path: ObjectPath) async throws(EngineError) -> ObjectReader {
        guard !found.version.isDeleteMarker else {
            return ObjectReader(version: found.version, content: .inMemory([]), release: nil)
        }
        if let reason = found.version.unreadableReason { throw .unsupported(reason) }
        let inline: [Int: [UInt8]]
        var found = found
        switch try await content(of: found, path) {
        case .inMemory(let bytes):
            return ObjectReader(version: found.version, content: .inMemory(bytes), release: nil)
        case .inFiles(let everywhere, let shards): (found, inline) = (everywhere, shards)
        }
        guard let geometry = found.version.geometry else {
            preconditionFailure("no geometry in a readable version")
        }
        let pin = Pins.Key(path: path, dataDirectory: found.version.dataDirectory)
        pins.pin(pin)
        let source = ShardedSource(
            engine: self,
            path: path,
            version: found.version,
            geometry: geometry,
            set: set(for: path.name),
            shards: found.shardPlaces,
            inline: inline
        )
        return ObjectReader(
            version: found.version,
            content: .sharded(source),
            release: { running in self.unpin(pin, after: running) }
        )
    }

    /// Lets go of a version's files when the last block of it has been read: one that is read ahead and finds its files
    /// gone would be taken for damage.
    private func unpin(_ pin: Pins.Key, after running: [ShardedSource.ReadAhead]) {
        guard !running.isEmpty else { return pins.unpin(pin) }
        background.start {
            for readAhead in running { _ = await readAhead.task.value }
            self.pins.unpin(pin)
        }
    }

    /// - Parameter needsData: for ``reader(of:_:)``, which wants the shards that lie in `xl.meta`.
    func find(
        _ path: ObjectPath,
        key: String,
        _ wanted: VersionWanted,
        needsData: Bool = false,
        everybody: Bool = false
    ) async throws(EngineError) -> FoundVersion {
        let set = set(for: path.name)
        let extent: XLMetaExtent =
            switch wanted {
            case .newest: needsData ? .newestWithData : .newest
            case .id(let id): .named(id)
            }
        var answers = await set.versionAnswers(path, extent, everybody: everybody || wanted != .newest)
        var decision = set.quorum.decide(answers, wanted)
        if !set.quorum.suffices(decision, answers) {
            // The answers may have stopped at a few drives that agreed, or at their newest versions, on which they do not
            // agree; now everybody is heard in full.
            answers = await set.versionAnswers(path, everybody: true)
            decision = set.quorum.decide(answers, wanted)
        }
        switch decision {
        case .found(let header, let holders):
            return FoundVersion(
                version: try version(header, answers[holders[0]], path, key: key),
                header: header,
                copies: holders.compactMap { position in
                    guard case .file(let file) = answers[position] else { return nil }
                    return (position, file)
                }
            )
        case .absent: throw wanted == .newest ? .objectNotFound : .versionNotFound
        case .undecided(let available, let required):
            throw answers.damage ?? .readQuorumLost(available: available, required: required)
        }
    }
}

/// A version and the drives that were found to have it.
struct FoundVersion {
    let version: ObjectVersion
    let header: XLVersionHeader
    let copies: [(position: Int, file: XLMetaFile)]

    /// Which drive has which shard (0-based): by its own word if it has answered, else by the version's distribution.
    var shardPlaces: [Int: Int] {
        var places: [Int: Int] = [:]
        var placed: Set<Int> = []
        var distribution: [UInt8] = []
        for (position, file) in copies {
            guard let object = object(in: file) else { continue }
            places[object.erasure.shardNumber - 1] = position
            placed.insert(position)
            distribution = object.erasure.distribution
        }
        for (position, shardNumber) in distribution.enumerated() where !placed.contains(position) {
            if places[Int(shardNumber) - 1] == nil { places[Int(shardNumber) - 1] = position }
        }
        return places
    }

    func object(in file: XLMetaFile) -> XLObject? {
        // A body that does not decode is a copy that cannot be used; the others are.
        guard let entry = file.entry(of: header), case .object(let object)? = try? entry.version() else {
            return nil
        }
        return object
    }
}
