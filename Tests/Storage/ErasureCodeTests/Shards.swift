import Base
import TestSupport

@testable import ErasureCode

/// The shards of one block in memory of their own, and the code done the plain way: a sum of products for
/// every byte, with nothing shared with ISA-L.
struct Shards {
    let dataShards: Int
    let parityShards: Int
    let length: Int
    private(set) var all: [[UInt8]]

    /// - Parameter all: equally long shards, data first.
    init(all: [[UInt8]], dataShards: Int) {
        self.all = all
        self.dataShards = dataShards
        parityShards = all.count - dataShards
        length = all[0].count
    }

    /// Random data, parity computed the plain way.
    init(for code: ReedSolomon, length: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let data = (0..<code.dataShards).map { _ in
            let words = (0..<length / 8 + 1).map { _ in random.next() }
            return words.withUnsafeBytes { Array($0.prefix(length)) }
        }
        self.init(data: data, for: code)
    }

    /// - Parameter data: equally long shards.
    init(data: [[UInt8]], for code: ReedSolomon) {
        dataShards = data.count
        parityShards = code.parityShards
        length = data[0].count
        let matrix = code.matrix
        all = (0..<matrix.rowCount).map { row in
            var shard = [UInt8](repeating: 0, count: data[0].count)
            for (column, source) in data.enumerated() where matrix[row, column] != 0 {
                let factor = matrix[row, column]
                for offset in shard.indices { shard[offset] ^= GaloisField.product(factor, source[offset]) }
            }
            return shard
        }
    }

    /// The parity that `code` computes from the data.
    func parity(by code: ReedSolomon) -> [[UInt8]] {
        withMemory(of: all) { shards in
            withMemory(of: empty(parityShards)) { parity in
                code.encode(
                    data: shards.prefix(dataShards).map { UnsafeRawPointer($0) },
                    parity: parity,
                    length: length
                )
                return contents(parity)
            }
        }
    }

    /// What `code` makes of the shards at `wanted` when only those at `present` are left; `nil` elsewhere.
    func restored(
        by code: ReedSolomon,
        present: Set<Int>,
        wanted: Set<Int>
    ) throws(ErasureCodeError) -> [[UInt8]?] {
        try withMemory(of: all) { shards throws(ErasureCodeError) in
            try withMemory(of: empty(all.count)) { targets throws(ErasureCodeError) in
                try code.reconstruct(
                    present: all.indices.map { present.contains($0) ? UnsafeRawPointer(shards[$0]) : nil },
                    wanted: all.indices.map { wanted.contains($0) ? targets[$0] : nil },
                    length: length
                )
                let bytes = contents(targets)
                return all.indices.map { wanted.contains($0) ? bytes[$0] : nil }
            }
        }
    }

    private func empty(_ count: Int) -> [[UInt8]] {
        [[UInt8]](repeating: [UInt8](repeating: 0, count: length), count: count)
    }

    private func contents(_ pointers: [UnsafeMutableRawPointer]) -> [[UInt8]] {
        pointers.map { Array(UnsafeRawBufferPointer(start: $0, count: length)) }
    }

    /// Copies the shards to memory where a touch behind a shard, or in front of every other one, is fatal.
    private func withMemory<Answer, Failure: Error>(
        of shards: [[UInt8]],
        _ body: ([UnsafeMutableRawPointer]) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        let memories = shards.enumerated().map { index, shard in
            GuardedMemory(shard, against: index.isMultiple(of: 2) ? .end : .start)
        }
        defer { withExtendedLifetime(memories) {} }
        return try body(memories.map(\.bytes))
    }
}
