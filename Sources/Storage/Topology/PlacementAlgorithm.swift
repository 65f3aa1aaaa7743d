package import Base
import Checksums

/// How an object's name picks the erasure set, as `format.json` names it.
package enum PlacementAlgorithm: String, Sendable, Hashable {
    /// CRC-32 of the name; of deployments before 2020.
    case crcMod = "CRCMOD"
    /// SipHash-2-4 of the name under the deployment's id.
    case sipMod = "SIPMOD"
    /// Places like ``sipMod``; new deployments write it.
    case sipModParity = "SIPMOD+PARITY"

    /// The set of an object, 0 ..< `setCount`.
    ///
    /// `path` is the stored name without the bucket (``ObjectName/path``); for metadata the path below
    /// the system folder.
    package func setIndex(of path: String, deploymentID: UUID, setCount: Int) -> Int {
        precondition(setCount > 0)
        if setCount == 1 { return 0 }
        let hash: UInt64 =
            switch self {
            case .crcMod: UInt64(checksum(of: path))
            case .sipMod, .sipModParity:
                sipHash(of: path, deploymentID)
            }
        return Int(hash % UInt64(setCount))
    }

    /// The shard number for every drive position of the set: a rotation of 1...`driveCount` that a new
    /// object gets. Readers use the stored one.
    ///
    /// `key` is `bucket/path` with the stored name.
    package static func distribution(of key: String, driveCount: Int) -> [UInt8] {
        precondition((1...255).contains(driveCount))
        let start = Int(checksum(of: key) % UInt32(driveCount))
        return (1...driveCount).map { UInt8(1 + (start + $0) % driveCount) }
    }
}

/// The two key words are little-endian readings of the id's halves.
private func sipHash(of name: String, _ id: UUID) -> UInt64 {
    Array(name.utf8).withUnsafeBytes { name in
        SipHash24.hash(k0: id.high.byteSwapped, k1: id.low.byteSwapped, name)
    }
}

private func checksum(of name: String) -> UInt32 {
    var checksum = CRC32()
    Array(name.utf8).withUnsafeBytes { checksum.update($0) }
    return checksum.value
}
