import CISAL

/// A matrix spread into the lookup tables ISA-L multiplies with: 32 bytes for each element.
///
/// Never changed after it is made, so any number of threads may multiply with it.
final class CodingTables: @unchecked Sendable {
    private static let elementTableSize = 32

    private let rowCount: Int
    private let columnCount: Int
    private let tables: UnsafeMutableBufferPointer<UInt8>

    init(_ matrix: FieldMatrix) {
        rowCount = matrix.rowCount
        columnCount = matrix.columnCount
        tables = .allocate(capacity: Self.elementTableSize * rowCount * columnCount)
        tables.initialize(repeating: 0)
        var elements = (0..<rowCount).flatMap { matrix.row($0) }
        ec_init_tables(CInt(columnCount), CInt(rowCount), &elements, tables.baseAddress)
    }

    deinit { tables.deallocate() }

    /// Computes every row times the sources, byte by byte.
    ///
    /// - Parameters:
    ///   - sources: one for each column, `length` readable bytes each.
    ///   - targets: one for each row, `length` writable bytes each, apart from each other and the sources.
    func multiply(
        _ sources: UnsafeMutableBufferPointer<UnsafeMutablePointer<UInt8>?>,
        into targets: UnsafeMutableBufferPointer<UnsafeMutablePointer<UInt8>?>,
        length: Int
    ) {
        precondition(sources.count == columnCount && targets.count == rowCount)
        guard rowCount > 0, length > 0 else { return }
        ec_encode_data(
            CInt(length),
            CInt(columnCount),
            CInt(rowCount),
            tables.baseAddress,
            sources.baseAddress,
            targets.baseAddress
        )
    }
}
