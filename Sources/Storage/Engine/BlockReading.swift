import Base
import Bytes
import Checksums
import Drives
import ErasureCode

/// Reads blocks of one version from the drives of its set, data shards first.
///
/// A shard that fails, is late or does not match its digest is replaced by one from another drive, and restored
/// from parity in the same call. Once a drive failed for this version it is asked last for the following blocks.
///
///     memory of one wave   | digest | shard | digest | shard | …     a place for each drive asked
///
/// Every wave has memory of its own: a drive that answers late writes into what nobody reads any more.
final class BlockReading: Sendable {
    private let engine: Engine
    private let path: ObjectPath
    private let version: ObjectVersion
    private let geometry: ErasureGeometry
    private let set: ErasureSet
    /// Position of each shard index. Drives that were not among the first to answer are placed by the version's
    /// distribution.
    private let places: [Int: Int]
    /// Verified shards, by index, of drives that have no file: of a version in one part.
    private let inline: [Int: [UInt8]]
    private let suspects = Locked<Set<Int>>([])

    init(
        engine: Engine,
        path: ObjectPath,
        version: ObjectVersion,
        geometry: ErasureGeometry,
        set: ErasureSet,
        places: [Int: Int],
        inline: [Int: [UInt8]]
    ) {
        self.engine = engine
        self.path = path
        self.version = version
        self.geometry = geometry
        self.set = set
        self.places = places
        self.inline = inline
    }

    func read(_ place: ShardedSource.BlockPlace) async throws(EngineError) -> ReadBlock {
        let shardSize = geometry.shardSize(blockLength: place.length)
        var sound = try await inlineShards(place, shardSize)
        var candidates = shardsToAsk()
        // With a spare drive nobody is waited for longer than the grace period at first.
        var isHedged = candidates.count + sound.count > geometry.dataShards
        var isFirstWave = true
        while sound.count < geometry.dataShards {
            let missing = geometry.dataShards - sound.count
            guard candidates.count >= missing else {
                throw failure(soundCount: sound.count)
            }
            // After a failure more are asked than are missing: who failed once is rarely alone.
            let wave = Array(candidates.prefix(isFirstWave ? missing : geometry.dataShards))
            candidates.removeFirst(wave.count)
            let limit = isHedged ? set.patience.grace : set.patience.limit
            let answer = try await readWave(wave, place, shardSize, needed: missing, within: limit)
            for (shardIndex, shard) in answer.sound { sound[shardIndex] = shard }
            // Late is not lost: behind all others they are asked once more, with all patience.
            if isHedged { candidates += answer.silent }
            (isHedged, isFirstWave) = (false, false)
        }
        return try await assembled(sound, place, shardSize)
    }

    /// The part of each inline shard that belongs to the block.
    private func inlineShards(
        _ place: ShardedSource.BlockPlace,
        _ shardSize: Int
    ) async throws(EngineError) -> [Int: ReadBlock.Shard] {
        guard !inline.isEmpty else { return [:] }
        let memory = try await borrow(inline.count * shardSize)
        let offset = Int(place.blockIndex) * geometry.shardSize
        var shards: [Int: ReadBlock.Shard] = [:]
        for (index, (shardIndex, bytes)) in inline.enumerated() {
            let range = index * shardSize..<(index + 1) * shardSize
            memory[range].copyBytes(from: bytes[offset..<offset + shardSize])
            shards[shardIndex] = ReadBlock.Shard(block: memory, range: range)
        }
        return shards
    }

    /// Shard indices, best first: data before parity, drives that failed before or are silent last.
    private func shardsToAsk() -> [Int] {
        var suspects = suspects.withLock { $0 }
        for shardIndex in places.keys where set.slots[position(of: shardIndex)].isSilent {
            suspects.insert(shardIndex)
        }
        return places.keys
            .filter { inline[$0] == nil && set.slots[position(of: $0)].online != nil }
            .sorted { left, right in
                let (leftFails, rightFails) = (suspects.contains(left), suspects.contains(right))
                return leftFails == rightFails ? left < right : rightFails
            }
    }

    private func position(of shardIndex: Int) -> Int {
        guard let position = places[shardIndex] else {
            preconditionFailure("shard \(shardIndex) has no drive")
        }
        return position
    }

    /// What came of asking some drives for their shard of a block.
    private struct WaveAnswer {
        var sound: [(Int, ReadBlock.Shard)] = []
        /// Shard indices of the drives that have not answered.
        var silent: [Int] = []
    }

    private func readWave(
        _ wave: [Int],
        _ place: ShardedSource.BlockPlace,
        _ shardSize: Int,
        needed: Int,
        within limit: Duration
    ) async throws(EngineError) -> WaveAnswer {
        let frameSize = ErasureGeometry.hashSize + shardSize
        let memory = try await borrow(frameSize * wave.count)
        let slots = wave.map { set.slots[position(of: $0)] }
        let file = ShardFile(
            path: path,
            dataDirectory: version.dataDirectory,
            partNumber: place.partNumber
        )
        let offset = geometry.framedOffset(ofBlock: place.blockIndex)
        let patience = Patience(grace: set.patience.grace, limit: limit)
        let indexOfPosition = Dictionary(uniqueKeysWithValues: slots.enumerated().map { ($1.position, $0) })
        let results = await ask(
            slots,
            within: patience,
            deadlines: set.deadlines,
            givesUpLate: true
        ) { results in
            results.successCount() >= needed ? .complete : .askOn
        } _: { slot, drive throws(DriveError) in
            let index = indexOfPosition[slot.position] ?? 0
            let frame = index * frameSize..<(index + 1) * frameSize
            try await drive.read(file, at: offset, into: memory, range: frame)
            // Checked before it counts: a rotten shard must not end the wait for a sound one.
            guard Self.isSound(memory, frame) else { throw .corrupt("a shard does not match its digest") }
        }
        return answer(of: wave, results, memory, frameSize: frameSize, needed: needed)
    }

    private func answer(
        of wave: [Int],
        _ results: [DriveResult<Void>?],
        _ memory: Block,
        frameSize: Int,
        needed: Int
    ) -> WaveAnswer {
        var answer = WaveAnswer()
        for (index, shardIndex) in wave.enumerated() {
            let frame = index * frameSize..<(index + 1) * frameSize
            let shard = frame.lowerBound + ErasureGeometry.hashSize..<frame.upperBound
            switch results[index] {
            case .success: answer.sound.append((shardIndex, ReadBlock.Shard(block: memory, range: shard)))
            case .failure(.corrupt(let reason)): suspect(shardIndex, reason)
            case .failure(let error): suspect(shardIndex, "\(error)")
            case nil:
                answer.silent.append(shardIndex)
                // Once there were enough nobody waited any more, which says nothing about the drive.
                if results.successCount() < needed { suspect(shardIndex, "no answer in time") }
            }
        }
        return answer
    }

    private static func isSound(_ memory: Block, _ frame: Range<Int>) -> Bool {
        let shard = frame.lowerBound + ErasureGeometry.hashSize..<frame.upperBound
        return withUnsafeTemporaryAllocation(byteCount: ErasureGeometry.hashSize, alignment: 32) { digest in
            HighwayHash256.hash(UnsafeRawBufferPointer(memory[shard]), into: digest)
            return memory[frame.lowerBound..<shard.lowerBound].elementsEqual(digest)
        }
    }

    private func suspect(_ shardIndex: Int, _ reason: String) {
        let isNew = suspects.withLock { $0.insert(shardIndex).inserted }
        if isNew { engine.reportDamage(path, set.slots[position(of: shardIndex)], reason) }
    }

    private func failure(soundCount: Int) -> EngineError {
        let online = places.values.count { set.slots[$0].online != nil }
        return online < geometry.dataShards
            ? .readQuorumLost(available: online, required: geometry.dataShards)
            : .damaged("\(soundCount) of \(geometry.dataShards) shards of a block are sound")
    }

    private func assembled(
        _ sound: [Int: ReadBlock.Shard],
        _ place: ShardedSource.BlockPlace,
        _ shardSize: Int
    ) async throws(EngineError) -> ReadBlock {
        let missing = (0..<geometry.dataShards).filter { sound[$0] == nil }
        var shards = sound
        if !missing.isEmpty {
            let memory = try await borrow(missing.count * shardSize)
            var wanted = [UnsafeMutableRawPointer?](repeating: nil, count: geometry.shardCount)
            for (index, shardIndex) in missing.enumerated() {
                let range = index * shardSize..<(index + 1) * shardSize
                wanted[shardIndex] = memory.base + range.lowerBound
                shards[shardIndex] = ReadBlock.Shard(block: memory, range: range)
            }
            let present = (0..<geometry.shardCount).map { index in
                sound[index].map { UnsafeRawPointer($0.block.base + $0.range.lowerBound) }
            }
            do {
                try set.coder(for: geometry)
                    .reconstruct(present: present, wanted: wanted, length: shardSize)
            } catch { preconditionFailure("there were enough shards: \(error)") }
        }
        return ReadBlock(
            shards: (0..<geometry.dataShards).compactMap { shards[$0] },
            shardSize: shardSize,
            length: place.length
        )
    }

    private func borrow(_ size: Int) async throws(EngineError) -> Block {
        do { return try await engine.memory.borrow(size, patience: engine.options.memoryPatience) } catch {
            throw .overloaded
        }
    }
}
