/// The code of one geometry: computes parity, and restores lost shards from any `dataShards` others.
///
/// Making one computes its matrix; keep one for each geometry. Any number of threads may use it at once.
/// Works on the caller's memory, one block at a time, and never blocks but for a short lock.
///
/// The bytes at one offset of all shards form a column; columns are coded independently:
///
///     data 0    ┐                ┌ data 0
///     …         ├ × matrix M  =  │ …             M has the identity on top,
///     data k-1  ┘  (k+m by k)    │ data k-1      see FieldMatrix.coding
///                                │ parity 0
///                                └ …
package final class ReedSolomon: Sendable {
    package let dataShards: Int
    package let parityShards: Int

    /// `shardCount` rows by `dataShards` columns.
    let matrix: FieldMatrix
    private let parityTables: CodingTables
    private let decodingTables: DecodingTables

    package convenience init(_ geometry: ErasureGeometry) {
        self.init(dataShards: geometry.dataShards, parityShards: geometry.parityShards)
    }

    /// Any counts the field allows, more parity than data included.
    init(dataShards: Int, parityShards: Int) {
        self.dataShards = dataShards
        self.parityShards = parityShards
        matrix = FieldMatrix.coding(dataShards: dataShards, shardCount: dataShards + parityShards)
        parityTables = CodingTables(matrix.rows(Array(dataShards..<dataShards + parityShards)))
        decodingTables = DecodingTables(matrix)
    }

    /// Loss patterns whose tables are kept.
    var patternCount: Int { decodingTables.count }

    /// Fills the parity shards of one block.
    ///
    /// - Parameters:
    ///   - data: every data shard, `length` bytes each, the last padded with zeros.
    ///   - parity: every parity shard, `length` writable bytes each that overlap nothing else.
    package func encode(data: [UnsafeRawPointer], parity: [UnsafeMutableRawPointer], length: Int) {
        precondition(data.count == dataShards && parity.count == parityShards)
        precondition((0...ErasureGeometry.blockSizeMax).contains(length))
        guard parityShards > 0 else { return }
        multiply(parityTables, data, into: parity, length: length)
    }

    /// Computes lost shards of one block, data and parity alike, from the first `dataShards` of those present.
    /// Whether the present ones are sound is the caller's to know: verify their hashes first.
    ///
    /// - Parameters:
    ///   - present: for every shard index its `length` bytes, `nil` where it is lost.
    ///   - wanted: for every shard index where to write its `length` bytes, `nil` where it is not wanted.
    ///     Overlaps nothing else. A shard may be present and wanted: it is then computed anew.
    /// - Throws: ``ErasureCodeError/tooFewShards(available:required:)``; nothing is written then.
    package func reconstruct(
        present: [UnsafeRawPointer?],
        wanted: [UnsafeMutableRawPointer?],
        length: Int
    ) throws(ErasureCodeError) {
        precondition(present.count == dataShards + parityShards && wanted.count == present.count)
        precondition((0...ErasureGeometry.blockSizeMax).contains(length))
        let available = present.count { $0 != nil }
        guard available >= dataShards else {
            throw .tooFewShards(available: available, required: dataShards)
        }

        var sources: [UnsafeRawPointer] = []
        var sourceSet = ShardSet()
        for (index, shard) in present.enumerated() where sources.count < dataShards {
            guard let shard else { continue }
            sources.append(shard)
            sourceSet.insert(index)
        }
        var targets: [UnsafeMutableRawPointer] = []
        var targetSet = ShardSet()
        for (index, shard) in wanted.enumerated() {
            guard let shard else { continue }
            targets.append(shard)
            targetSet.insert(index)
        }
        guard !targets.isEmpty else { return }
        let tables = decodingTables.tables(for: LossPattern(sources: sourceSet, wanted: targetSet))
        multiply(tables, sources, into: targets, length: length)
    }

    private func multiply(
        _ tables: CodingTables,
        _ sources: [UnsafeRawPointer],
        into targets: [UnsafeMutableRawPointer],
        length: Int
    ) {
        typealias Shard = UnsafeMutablePointer<UInt8>?
        withUnsafeTemporaryAllocation(of: Shard.self, capacity: sources.count) { from in
            // ISA-L takes its sources as writable and only reads them.
            _ = from.initialize(
                fromContentsOf: sources.map {
                    UnsafeMutableRawPointer(mutating: $0).assumingMemoryBound(to: UInt8.self)
                }
            )
            withUnsafeTemporaryAllocation(of: Shard.self, capacity: targets.count) { into in
                _ = into.initialize(fromContentsOf: targets.map { $0.assumingMemoryBound(to: UInt8.self) })
                tables.multiply(from, into: into, length: length)
            }
        }
    }
}
