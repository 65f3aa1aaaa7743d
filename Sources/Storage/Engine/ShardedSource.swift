import Base
import Bytes
import Drives
import ErasureCode

/// The blocks of a version whose shards are in files.
///
///     object  | part 1: block 0 | block 1 | tail | part 2: block 0 | …
final class ShardedSource: Sendable {
    /// One block of one part.
    struct BlockPlace: Hashable, Sendable {
        let partNumber: Int
        let blockIndex: Int64
        /// Bytes of the part that lie in it.
        let length: Int
        /// Where it starts in the object.
        let objectOffset: Int64
    }

    /// A block that is being read before it is asked for.
    struct ReadAhead: Sendable {
        let place: BlockPlace
        let task: Task<Result<ReadBlock, EngineError>, Never>
    }

    private let engine: Engine
    private let path: ObjectPath
    private let version: ObjectVersion
    private let geometry: ErasureGeometry
    private let reading: BlockReading

    init(
        engine: Engine,
        path: ObjectPath,
        version: ObjectVersion,
        geometry: ErasureGeometry,
        set: ErasureSet,
        shards: [Int: Int],
        inline: [Int: [UInt8]]
    ) {
        self.engine = engine
        self.path = path
        self.version = version
        self.geometry = geometry
        reading = BlockReading(
            engine: engine,
            path: path,
            version: version,
            geometry: geometry,
            set: set,
            places: shards,
            inline: inline
        )
    }

    /// The pieces of the block that holds the first byte of `range`, and where in the object they end.
    func pieces(
        of range: Range<Int64>,
        _ readAhead: inout ReadAhead?
    ) async throws(EngineError) -> ([ObjectReader.Piece], end: Int64) {
        let place = place(of: range.lowerBound)
        let running = readAhead?.place == place ? readAhead : nil
        readAhead = nil
        let block: ReadBlock
        if let running {
            block = try await running.task.value.get()
        } else {
            block = try await reading.read(place)
        }
        let end = min(place.objectOffset + Int64(place.length), range.upperBound)
        if end < range.upperBound { readAhead = startReading(self.place(of: end)) }
        let from = Int(range.lowerBound - place.objectOffset)
        let to = Int(end - place.objectOffset)
        return (block.pieces(from..<to), end)
    }

    private func startReading(_ place: BlockPlace) -> ReadAhead {
        let reading = reading
        let task = TaskExecution.start { () -> Result<ReadBlock, EngineError> in
            do throws(EngineError) { return .success(try await reading.read(place)) } catch {
                return .failure(error)
            }
        }
        return ReadAhead(place: place, task: task)
    }

    private func place(of offset: Int64) -> BlockPlace {
        var partStart: Int64 = 0
        for part in version.parts {
            guard offset >= partStart + part.storedSize else {
                let blockSize = Int64(geometry.blockSize)
                let index = (offset - partStart) / blockSize
                return BlockPlace(
                    partNumber: part.number,
                    blockIndex: index,
                    length: Int(min(blockSize, part.storedSize - index * blockSize)),
                    objectOffset: partStart + index * blockSize
                )
            }
            partStart += part.storedSize
        }
        preconditionFailure("offset \(offset) of an object of \(partStart) bytes")
    }
}
