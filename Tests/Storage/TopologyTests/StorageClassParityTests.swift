import Testing

@testable import Topology

@Suite struct StorageClassParityTests {
    @Test(
        "defaults by set size",
        arguments: [
            (1, 0, 0), (2, 1, 1), (3, 1, 1), (4, 2, 1), (5, 2, 1), (6, 3, 1), (7, 3, 1), (8, 4, 1),
            (16, 4, 1), (32, 4, 1),
        ]
    )
    func defaults(setSize: Int, standard: Int, reduced: Int) throws {
        let parity = try StorageClassParity(setSize: setSize)
        #expect(parity[.standard] == standard)
        #expect(parity[.reducedRedundancy] == reduced)
    }

    @Test("up to half of the set is possible", arguments: [(4, 2), (5, 2), (16, 8), (20, 4), (4, 0)])
    func highest(setSize: Int, parity: Int) throws {
        let classes = try StorageClassParity(setSize: setSize, standard: "EC:\(parity)")
        #expect(classes.standard == parity)
        #expect(classes.reducedRedundancy == min(1, parity))
    }

    @Test func moreThanHalfIsRefused() {
        #expect(throws: TopologyError.parityTooHigh(parity: 3, setSize: 5)) {
            try StorageClassParity(setSize: 5, standard: "EC:3")
        }
        #expect(throws: TopologyError.reducedParityAboveStandard(reduced: 2, standard: 1)) {
            try StorageClassParity(setSize: 8, standard: "EC:1", reducedRedundancy: "EC:2")
        }
    }

    @Test(arguments: ["EC", "EC:", "4", "ec:2", "EC:-1", "EC:+1", "EC: 2", "EC:2 ", "EC:9999", "EC:1x"])
    func malformedClassesAreRefused(text: String) {
        #expect(throws: TopologyError.malformedStorageClass(text)) {
            try StorageClassParity(setSize: 16, standard: text)
        }
    }
}
