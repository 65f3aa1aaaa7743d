import Base
import Foundation
import TestSupport
import Testing

@testable import Topology

@Suite struct PlacementTests {
    @Test(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
    func thePublishedVectorsHold() throws {
        let vectors = try Fixtures.json("generated/placement_vectors.json")
        let id = try #require((vectors["deployment_id"] as? String).flatMap { UUID($0) })
        let cases = try #require(vectors["cases"] as? [[String: Any]])
        #expect(cases.count >= 8)
        for vector in cases {
            let name = try #require(vector["name"] as? String)
            for (algorithm, count, key) in [
                (PlacementAlgorithm.sipMod, 200, "sipmod200"), (.sipModParity, 200, "sipmod200"),
                (.sipMod, 16, "sipmod16"), (.crcMod, 200, "crcmod200"),
            ] {
                let index = algorithm.setIndex(of: name, deploymentID: id, setCount: count)
                #expect(index == vector[key] as? Int)
            }
            for count in [4, 16] {
                let order = PlacementAlgorithm.distribution(of: name, driveCount: count).map(Int.init)
                #expect(order == vector["hashOrder\(count)"] as? [Int])
            }
        }
    }

    @Test(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
    func objectsLieWhereTheManifestSays() throws {
        let manifest = try Fixtures.json("generated/drives-2x2.manifest.json")
        let objects = try #require(manifest["objects"] as? [String: [String: Any]])
        var count = 0
        for (label, object) in objects {
            let name = label.split(separator: ") ").last.map(String.init) ?? label
            guard let expected = object["dist"] as? [Int], let slash = name.firstIndex(of: "/") else {
                continue
            }
            let path = try ObjectName(key: String(name[name.index(after: slash)...])).path
            let key = "\(name[..<slash])/\(path)"
            let distribution = PlacementAlgorithm.distribution(of: key, driveCount: 4).map(Int.init)
            #expect(distribution == expected, "\(name)")
            count += 1
        }
        #expect(count >= 5)
    }

    @Test("a distribution is a rotation of every shard number", arguments: [1, 2, 3, 16, 32, 255])
    func rotations(driveCount: Int) {
        for index in 0..<50 {
            let numbers = PlacementAlgorithm.distribution(of: "bucket/\(index)", driveCount: driveCount).map(
                Int.init
            )
            #expect(numbers.sorted() == Array(1...driveCount))
            for (left, right) in zip(numbers, numbers.dropFirst()) { #expect(right == left % driveCount + 1) }
        }
    }

    @Test func oneSetHoldsEverything() {
        for algorithm in [PlacementAlgorithm.crcMod, .sipMod, .sipModParity] {
            #expect(algorithm.setIndex(of: "object", deploymentID: .zero, setCount: 1) == 0)
        }
    }
}
