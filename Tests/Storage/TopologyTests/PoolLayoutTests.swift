import Base
import Foundation
import TestSupport
import Testing

@testable import Topology

@Suite struct PoolLayoutTests {
    @Test(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absence)))
    func setSizesOfHostsTimesDrives() throws {
        let table = try Fixtures.json("generated/set_size_hosts_x_drives.json")
        #expect(table.count > 100)
        for (key, expected) in table {
            let lengths = key.split(separator: "x").compactMap { Int($0) }
            // Throwing stands for the table's null.
            let size = try? SetSize.choose(driveCount: lengths[0] * lengths[1], hostCount: lengths[0])
            #expect(size == expected as? Int, "\(key)")
        }
    }

    @Test(
        "set sizes of larger pools",
        arguments: [(2, 180, 12), (3, 180, 15), (1, 1, 1), (7, 4, 14), (5, 4, 10), (3, 6, 9)]
    )
    func largerPools(hosts: Int, drives: Int, expected: Int) throws {
        #expect(try SetSize.choose(driveCount: hosts * drives, hostCount: hosts) == expected)
    }

    @Test("a requested size must divide", arguments: [(20, 20), (32, 32), (64, 32), (34, 17), (8, 2)])
    func requestedSizes(driveCount: Int, requested: Int) throws {
        #expect(try SetSize.choose(driveCount: driveCount, requested: requested) == requested)
        #expect(throws: TopologyError.setSizeDoesNotDivide(setSize: requested, driveCount: driveCount + 1)) {
            try SetSize.choose(driveCount: driveCount + 1, requested: requested)
        }
    }

    @Test("sizes outside 2...32 are refused", arguments: [-1, 0, 1, 33])
    func impossibleSizes(requested: Int) {
        #expect(throws: TopologyError.setSizeOutOfRange(setSize: requested)) {
            try SetSize.choose(driveCount: 66, requested: requested)
        }
    }

    @Test func primesBeyondSixteenHaveNoSize() {
        #expect(throws: TopologyError.noSetSize(driveCount: 17)) { try SetSize.choose(driveCount: 17) }
        #expect(throws: TopologyError.noSymmetricSetSize(driveCount: 34)) {
            try SetSize.choose(driveCount: 34, hostCount: 17)
        }
    }

    @Test("the left-most range varies fastest")
    func expansionOrder() throws {
        let pools = try PoolLayout.pools(volumes: ["/host{1...2}/d{1..2}"])
        #expect(pools.map(\.drivePaths) == [["/host1/d1", "/host2/d1", "/host1/d2", "/host2/d2"]])
        #expect(pools.map(\.setSize) == [4])
        #expect(Array(pools[0].drivePaths(ofSet: 0)) == pools[0].drivePaths)
    }

    @Test(
        "ranges of every spelling",
        arguments: [
            ("/d{1...3}", ["/d1", "/d2", "/d3"]), ("/d{1..3}", ["/d1", "/d2", "/d3"]),
            ("/d{01...03}", ["/d01", "/d02", "/d03"]), ("/d{9...11}", ["/d9", "/d10", "/d11"]),
            ("/d{08...10}", ["/d08", "/d09", "/d10"]), ("/d{0...1}/x", ["/d0/x", "/d1/x"]),
            ("/d{5...5}", ["/d5"]), ("/d{1...2}/", ["/d1", "/d2"]),
            ("/a//b{1...2}/./c", ["/a/b1/c", "/a/b2/c"]),
        ]
    )
    func spellings(argument: String, expected: [String]) throws {
        #expect(try PoolLayout.pools(volumes: [argument]).map(\.drivePaths) == [expected])
    }

    @Test(
        "separators of every kind",
        arguments: ["/a /b", "/a,/b", "/a;/b", "/a\t/b", "/a\n/b", " /a , /b ", "/a\r\n/b"]
    )
    func separators(argument: String) throws {
        let pools = try PoolLayout.pools(volumes: [argument])
        #expect(pools.map(\.drivePaths) == [["/a", "/b"]])
    }

    @Test func argumentsWithRangesArePoolsOfTheirOwn() throws {
        let pools = try PoolLayout.pools(volumes: ["/a{1...4} ", "/b{1...8}"])
        #expect(pools.map(\.setSize) == [4, 8])
        #expect(pools.map(\.setCount) == [1, 1])
    }

    @Test func argumentsWithoutRangesAreOnePool() throws {
        let pools = try PoolLayout.pools(volumes: ["/a", "/b", "/c", "/d", "/e", "/f"], setSize: 3)
        #expect(pools.map(\.setCount) == [2])
        #expect(Array(pools[0].drivePaths(ofSet: 1)) == ["/d", "/e", "/f"])
    }

    @Test func aSingleDirectoryIsAPoolOfOneDrive() throws {
        #expect(try PoolLayout.pools(volumes: ["/data"]) == [PoolLayout(drivePaths: ["/data"], setSize: 1)])
    }

    @Test(
        "mistakes are named",
        arguments: [
            ([], TopologyError.noVolumes), ([""], .emptyVolumePath), ([" , "], .noVolumes),
            (["/"], .rootVolume),
            (["//"], .rootVolume), (["/a", "data"], .relativeVolumePath("data")),
            (["http://host{1...4}/data"], .remoteVolume("http://host{1...4}/data")),
            (["/a", "https://h/d"], .remoteVolume("https://h/d")),
            (["/a", "/b/../c"], .parentVolumePath("/b/../c")),
            (["/a", "/b", "/a/"], .duplicateVolume("/a")),
            (["/a{1...2}", "/a{2...3}"], .duplicateVolume("/a2")),
            (["/a{1...4}", "/b"], .mixedVolumeStyles("/b")), (["/a{1...4"], .malformedEllipsis("/a{1...4")),
            (["/a1...4}"], .malformedEllipsis("/a1...4}")), (["/a{1.4}"], .malformedEllipsis("/a{1.4}")),
            (["/a{1....4}"], .malformedEllipsis("/a{1....4}")),
            (["/a{a...d}"], .malformedEllipsis("/a{a...d}")),
            (["/a{...4}"], .malformedEllipsis("/a{...4}")), (["/a{}"], .malformedEllipsis("/a{}")),
            (["/a{1...4}}"], .malformedEllipsis("/a{1...4}}")),
            (["/a{4...1}"], .descendingEllipsis("/a{4...1}")),
            (["/a{1...999999999}"], .tooManyVolumes(countMax: 4096)),
            (
                ["/a{1...1000}{1...1000}{1...1000}{1...1000}{1...1000}{1...1000}{1...1000}"],
                .tooManyVolumes(countMax: 4096)
            ),
            (["/a{1...17}"], .noSetSize(driveCount: 17)),
        ] as [([String], TopologyError)]
    )
    func mistakes(volumes: [String], error: TopologyError) {
        #expect(throws: error) { try PoolLayout.pools(volumes: volumes) }
        #expect(!"\(error)".isEmpty)
    }
}
