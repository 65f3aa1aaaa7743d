internal import Base
internal import S3Service

/// Lines of buckets' logs on their way to the drives, in one bounded piece of memory.
///
/// A place may hold as much as is free beside it. One alone gets half of all; the more there are, the less each has, and
/// there is always room for one that comes anew: nobody's requests keep those of others out of their logs.
struct BucketLogBuffers {
    /// Where lines go together.
    struct Place: Hashable {
        let source: String
        /// Of the source.
        let ownerID: String
        let log: StoredBucketLogging
        /// Days since 1970 that the lines are of, where objects are named by it.
        let day: Int64?
    }

    struct Buffer {
        var bytes: [UInt8] = []
        let begun: Duration
    }

    private let sizeMax: Int
    private(set) var buffers: [Place: Buffer] = [:]
    /// By place, in buffers and on their way to the drives.
    private var sizes: [Place: Int] = [:]
    private var size = 0

    /// - Parameter sizeMax: in bytes, of all lines that wait.
    init(sizeMax: Int) { self.sizeMax = sizeMax }

    var isEmpty: Bool { buffers.isEmpty }

    /// - Returns: whether there was room for the line.
    mutating func add(_ line: [UInt8], to place: Place, now: Duration) -> Bool {
        let own = sizes[place] ?? 0
        guard own + line.count <= sizeMax - size else { return false }
        buffers[place, default: Buffer(begun: now)].bytes += line
        sizes[place] = own + line.count
        size += line.count
        return true
    }

    /// Takes out what is due, and where the buffers hold more than a third of what they may, the largest, until they hold
    /// less than a sixth: before anybody finds no room. What is taken counts until it is ``released(_:of:)``.
    mutating func take(_ isDue: (Buffer) -> Bool) -> [Place: Buffer] {
        var taken = buffers.filter { isDue($0.value) }
        for place in taken.keys { buffers[place] = nil }
        var left = buffers.values.reduce(0) { $0 + $1.bytes.count }
        guard left > sizeMax / 3 else { return taken }
        for (place, buffer) in buffers.sorted(by: { $0.value.bytes.count > $1.value.bytes.count }) {
            guard left > sizeMax / 6 else { break }
            buffers[place] = nil
            taken[place] = buffer
            left -= buffer.bytes.count
        }
        return taken
    }

    /// So much of what was taken is stored, or lost.
    mutating func released(_ count: Int, of place: Place) {
        size -= count
        let own = (sizes[place] ?? 0) - count
        sizes[place] = own > 0 ? own : nil
    }

    /// Puts back what could not be stored, before what came meanwhile.
    mutating func putBack(_ buffer: Buffer, at place: Place) {
        var kept = buffer
        kept.bytes += buffers[place]?.bytes ?? []
        buffers[place] = kept
    }

    /// - Returns: how many lines there were.
    mutating func removeAll() -> Int {
        let count = buffers.values.reduce(0) { $0 + $1.bytes.count { $0 == UInt8(ascii: "\n") } }
        (buffers, sizes, size) = ([:], [:], 0)
        return count
    }
}
