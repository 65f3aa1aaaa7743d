/// How many parity shards the objects of each storage class get, for one set size.
package struct StorageClassParity: Sendable, Hashable {
    package let standard: Int
    package let reducedRedundancy: Int

    /// - Parameters:
    ///   - standard: `EC:N`, or empty for the default of the set size.
    ///   - reducedRedundancy: `EC:N`, or empty for `EC:1` (0 where the standard is 0).
    /// - Throws: ``TopologyError``: parity is at most half of the set, and the reduced one at most the
    ///   standard one.
    package init(
        setSize: Int,
        standard: String = "",
        reducedRedundancy: String = ""
    ) throws(TopologyError) {
        let standardParity = try Self.parse(standard) ?? Self.parityDefault(setSize: setSize)
        let reducedParity = try Self.parse(reducedRedundancy) ?? min(1, standardParity)
        for parity in [standardParity, reducedParity] where parity > setSize / 2 {
            throw .parityTooHigh(parity: parity, setSize: setSize)
        }
        guard reducedParity <= standardParity else {
            throw .reducedParityAboveStandard(reduced: reducedParity, standard: standardParity)
        }
        self.standard = standardParity
        self.reducedRedundancy = reducedParity
    }

    package subscript(storageClass: StorageClass) -> Int {
        switch storageClass {
        case .standard: standard
        case .reducedRedundancy: reducedRedundancy
        }
    }

    /// MinIO's default by set size; sets above its largest get what that has.
    package static func parityDefault(setSize: Int) -> Int {
        switch setSize {
        case ...1: 0
        case 2...3: 1
        case 4...5: 2
        case 6...7: 3
        default: 4
        }
    }

    private static func parse(_ text: String) throws(TopologyError) -> Int? {
        if text.isEmpty { return nil }
        guard text.hasPrefix("EC:"), text.utf8.count <= 6,
            text.utf8.dropFirst(3).allSatisfy({ (0x30...0x39).contains($0) }),
            let parity = Int(text.dropFirst(3))
        else { throw .malformedStorageClass(text) }
        return parity
    }
}
