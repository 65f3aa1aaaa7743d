import Base
import TestSupport
import Testing

@testable import ErasureCode

@Suite struct GaloisFieldTests {
    /// Bit by bit, as the definition reads.
    @Test func productsAreThoseOfPolynomials() {
        var wrong: [(Int, Int)] = []
        for left in 0..<256 {
            for right in 0..<256 {
                var product = 0
                var shifted = left
                for bit in 0..<8 {
                    if right >> bit & 1 == 1 { product ^= shifted }
                    shifted <<= 1
                    if shifted > 255 { shifted ^= 0x11d }
                }
                if GaloisField.product(UInt8(left), UInt8(right)) != UInt8(product) {
                    wrong.append((left, right))
                }
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test(arguments: 1...255)
    func everyElementButZeroHasAnInverse(element: Int) {
        #expect(GaloisField.product(UInt8(element), GaloisField.inverse(UInt8(element))) == 1)
    }

    @Test(arguments: 0...255)
    func powersAreRepeatedProducts(base: Int) {
        var product: UInt8 = 1
        var products: [UInt8] = []
        for _ in 0...300 {
            products.append(product)
            product = GaloisField.product(product, UInt8(base))
        }
        #expect((0...300).map { GaloisField.power(UInt8(base), $0) } == products)
    }
}

@Suite struct FieldMatrixTests {
    private struct Matrices: Decodable {
        let parityRows: [String: [[String]]]
        enum CodingKeys: String, CodingKey { case parityRows = "parity_rows_hex" }
    }

    @Test func theParityOfTwoAndTwo() {
        let matrix = FieldMatrix.coding(dataShards: 2, shardCount: 4)
        #expect((0..<4).map { Array(matrix.row($0)) } == [[1, 0], [0, 1], [3, 2], [2, 3]])
    }

    @Test(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
    func publishedParityRows() throws {
        let published = try Fixtures.json("generated/rs_matrices.json", as: Matrices.self).parityRows
        try #require(published.count == 13)
        for (name, rows) in published {
            let counts = name.split(separator: "+").compactMap { Int($0) }
            try #require(counts.count == 2 && rows.count == counts[1])
            let matrix = FieldMatrix.coding(dataShards: counts[0], shardCount: counts[0] + counts[1])
            let parity = (counts[0]..<counts[0] + counts[1]).map { Array(matrix.row($0)) }
            #expect(parity == rows.map { row in row.compactMap { UInt8($0, radix: 16) } }, "\(name)")
        }
    }

    @Test("the top is the identity, so data shards are the data", arguments: [1, 2, 3, 16, 28, 32, 64])
    func identityOnTop(dataShards: Int) {
        let matrix = FieldMatrix.coding(dataShards: dataShards, shardCount: min(256, dataShards + 4))
        for row in 0..<dataShards {
            #expect(matrix.row(row).enumerated().allSatisfy { $1 == ($0 == row ? 1 : 0) })
        }
    }

    @Test("a matrix times its inverse is the identity", arguments: (0..<16).map(UInt64.init))
    func inverses(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let size = Int.random(in: 1...16, using: &random)
        let rows = Array(Array(0..<32).shuffled(using: &random).prefix(size))
        let matrix = FieldMatrix.coding(dataShards: size, shardCount: 32).rows(rows)
        let identity = FieldMatrix(rowCount: size, columnCount: size) { $0 == $1 ? 1 : 0 }
        #expect(matrix.product(matrix.inverse) == identity)
        #expect(matrix.inverse.product(matrix) == identity)
    }
}
