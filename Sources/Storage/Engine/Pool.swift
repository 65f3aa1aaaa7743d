package import Base
import Topology

/// The sets that share a format: where a name leads to one of them.
package final class Pool: Sendable {
    package let deploymentID: UUID
    package let sets: [ErasureSet]
    let algorithm: PlacementAlgorithm

    init(deploymentID: UUID, sets: [ErasureSet], algorithm: PlacementAlgorithm) {
        precondition(!sets.isEmpty)
        self.deploymentID = deploymentID
        self.sets = sets
        self.algorithm = algorithm
    }

    /// - Parameter name: as stored, without the bucket.
    func set(for name: String) -> ErasureSet {
        sets[algorithm.setIndex(of: name, deploymentID: deploymentID, setCount: sets.count)]
    }
}
