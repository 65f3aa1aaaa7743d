import Base

/// Tables for the loss patterns met lately: drives stay lost for longer than a block, and inverting a matrix
/// takes longer than restoring a small one.
final class DecodingTables: Sendable {
    /// A table of 16 by 4 shards takes 2 KiB.
    static let patternsMax = 128

    private struct Entries {
        var tables: [LossPattern: CodingTables] = [:]
        /// Oldest first; the first to go.
        var order: [LossPattern] = []
    }

    private let matrix: FieldMatrix
    private let entries = Locked(Entries())

    /// - Parameter matrix: what the shards were coded with.
    init(_ matrix: FieldMatrix) { self.matrix = matrix }

    /// Two threads that miss at once both compute the same; one result stays.
    func tables(for pattern: LossPattern) -> CodingTables {
        if let known = entries.withLock({ $0.tables[pattern] }) { return known }
        let computed = CodingTables(decodingMatrix(for: pattern))
        entries.withLock { entries in
            guard entries.tables.updateValue(computed, forKey: pattern) == nil else { return }
            entries.order.append(pattern)
            if entries.order.count > Self.patternsMax {
                entries.tables[entries.order.removeFirst()] = nil
            }
        }
        return computed
    }

    var count: Int { entries.withLock { $0.tables.count } }

    /// The sources are their rows of the matrix times the data; the inverse of those rows gives the data
    /// back, and the wanted rows applied to that give the wanted shards, data and parity alike.
    private func decodingMatrix(for pattern: LossPattern) -> FieldMatrix {
        matrix.rows(pattern.wanted.indices).product(matrix.rows(pattern.sources.indices).inverse)
    }
}
