/// A matrix over ``GaloisField``, row after row.
struct FieldMatrix: Equatable {
    let rowCount: Int
    let columnCount: Int
    private var elements: [UInt8]

    init(rowCount: Int, columnCount: Int, _ element: (_ row: Int, _ column: Int) -> UInt8) {
        self.rowCount = rowCount
        self.columnCount = columnCount
        elements = []
        elements.reserveCapacity(rowCount * columnCount)
        for row in 0..<rowCount {
            for column in 0..<columnCount { elements.append(element(row, column)) }
        }
    }

    /// The matrix all drives are coded with: V · inverse(top of V), where V[r][c] = rᶜ.
    ///
    /// Its top `dataShards` rows are the identity, so data shards are the data; the others are parity. Any
    /// `dataShards` rows can be inverted, because the rows of V are distinct powers. A row depends on
    /// `dataShards` only, not on how many parity rows there are.
    static func coding(dataShards: Int, shardCount: Int) -> Self {
        precondition(dataShards > 0 && (dataShards...256).contains(shardCount))
        let vandermonde = Self(rowCount: shardCount, columnCount: dataShards) { row, column in
            GaloisField.power(UInt8(row), column)
        }
        return vandermonde.product(vandermonde.rows(Array(0..<dataShards)).inverse)
    }

    subscript(row: Int, column: Int) -> UInt8 { elements[row * columnCount + column] }

    func row(_ index: Int) -> ArraySlice<UInt8> { elements[index * columnCount..<(index + 1) * columnCount] }

    func rows(_ indices: [Int]) -> Self {
        Self(rowCount: indices.count, columnCount: columnCount) { self[indices[$0], $1] }
    }

    func product(_ right: Self) -> Self {
        precondition(columnCount == right.rowCount)
        return Self(rowCount: rowCount, columnCount: right.columnCount) { row, column in
            (0..<columnCount).reduce(0) { sum, index in
                sum ^ GaloisField.product(self[row, index], right[index, column])
            }
        }
    }

    /// By Gauss and Jordan: what turns the square into the identity turns the identity into the inverse.
    /// Only for a matrix that has one.
    var inverse: Self {
        precondition(rowCount == columnCount)
        var square = self
        var inverse = Self(rowCount: rowCount, columnCount: rowCount) { $0 == $1 ? 1 : 0 }
        for column in 0..<columnCount {
            guard let pivot = (column..<rowCount).first(where: { square[$0, column] != 0 }) else {
                preconditionFailure("a matrix without an inverse")
            }
            square.swapRows(pivot, column)
            inverse.swapRows(pivot, column)
            let factor = GaloisField.inverse(square[column, column])
            square.scaleRow(column, by: factor)
            inverse.scaleRow(column, by: factor)
            for row in 0..<rowCount where row != column {
                let factor = square[row, column]
                square.addRow(column, times: factor, to: row)
                inverse.addRow(column, times: factor, to: row)
            }
        }
        return inverse
    }

    private mutating func swapRows(_ first: Int, _ second: Int) {
        guard first != second else { return }
        for column in 0..<columnCount {
            elements.swapAt(first * columnCount + column, second * columnCount + column)
        }
    }

    private mutating func scaleRow(_ row: Int, by factor: UInt8) {
        for index in row * columnCount..<(row + 1) * columnCount {
            elements[index] = GaloisField.product(elements[index], factor)
        }
    }

    private mutating func addRow(_ source: Int, times factor: UInt8, to target: Int) {
        guard factor != 0 else { return }
        for column in 0..<columnCount {
            elements[target * columnCount + column] ^= GaloisField.product(self[source, column], factor)
        }
    }
}
