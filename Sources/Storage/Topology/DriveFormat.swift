package import Base
import JSON

/// A drive's `format.json`: the pool it belongs to, and which drive of it this is.
///
///     {"version":"1","format":"xl","id":"<deployment>","xl":{"version":"3","this":"<drive>",
///      "sets":[["<drive>",…],…],"distributionAlgo":"SIPMOD+PARITY"}}
///
/// `format` is `xl-single` when a set has one drive.
package struct DriveFormat: Sendable, Hashable {
    package let pool: PoolFormat
    package let driveID: UUID

    init(pool: PoolFormat, driveID: UUID) {
        self.pool = pool
        self.driveID = driveID
    }

    /// Far beyond the table of the largest pool.
    private static let sizeMax = 4 << 20

    /// - Throws: ``TopologyError``. The bytes come from a drive, so anything may be in them.
    package init(parsing bytes: [UInt8]) throws(TopologyError) {
        let json: JSONValue
        do { json = try JSONValue(parsing: bytes, sizeMax: Self.sizeMax) } catch {
            throw .malformedFormat(error)
        }
        guard let version = json["version"]?.string else { throw .invalidFormatField("version") }
        guard version == "1" else { throw .newerFormat(version: version) }
        guard let format = json["format"]?.string else { throw .invalidFormatField("format") }
        guard format != "fs" else { throw .fileSystemMode }
        guard format == "xl" || format == "xl-single", let details = json["xl"] else {
            throw .invalidFormatField("format")
        }
        try Self.checkVersion(details["version"]?.string)
        let deploymentID = try Self.id(json["id"], field: "id")
        driveID = try Self.id(details["this"], field: "xl.this")
        pool = try PoolFormat(
            deploymentID: deploymentID,
            sets: try Self.sets(details["sets"]),
            algorithm: try Self.algorithm(details["distributionAlgo"])
        )
        guard (pool.setSize == 1) == (format == "xl-single") else { throw .invalidFormatField("format") }
        guard pool.position(of: driveID) != nil else { throw .driveNotInSets(driveID) }
    }

    private static func checkVersion(_ version: String?) throws(TopologyError) {
        switch version {
        case "3": return
        case "1", "2": throw .oldFormat(version: version ?? "")
        case let version?: throw .newerFormat(version: version)
        case nil: throw .invalidFormatField("xl.version")
        }
    }

    private static func sets(_ json: JSONValue?) throws(TopologyError) -> [[UUID]] {
        guard let sets = json?.array else { throw .invalidFormatField("xl.sets") }
        var ids: [[UUID]] = []
        for set in sets {
            guard let drives = set.array else { throw .invalidFormatField("xl.sets") }
            var setIDs: [UUID] = []
            for drive in drives { setIDs.append(try id(drive, field: "xl.sets")) }
            ids.append(setIDs)
        }
        return ids
    }

    private static func algorithm(_ json: JSONValue?) throws(TopologyError) -> PlacementAlgorithm {
        guard let algorithm = json?.string.flatMap(PlacementAlgorithm.init) else {
            throw .invalidFormatField("xl.distributionAlgo")
        }
        return algorithm
    }

    private static func id(_ json: JSONValue?, field: String) throws(TopologyError) -> UUID {
        guard let id = json?.string.flatMap({ UUID($0) }) else { throw .invalidFormatField(field) }
        return id
    }

    /// The file's bytes: compact, keys in MinIO's order.
    package func encoded() -> [UInt8] {
        let json: JSONValue = [
            "version": "1",
            "format": pool.setSize == 1 ? "xl-single" : "xl",
            "id": .string("\(pool.deploymentID)"),
            "xl": [
                "version": "3",
                "this": .string("\(driveID)"),
                "sets": .array(pool.sets.map { set in .array(set.map { .string("\($0)") }) }),
                "distributionAlgo": .string(pool.algorithm.rawValue),
            ],
        ]
        return json.encoded
    }
}
