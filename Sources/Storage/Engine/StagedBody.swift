import Base
import Drives
import ErasureCode

/// A body that lies on the drives, or in memory to be inlined, and that no version names yet.
///
/// Ends in exactly one ``Engine/commit(_:as:metadata:guards:)``, ``Engine/commitPart(_:etag:checksums:)`` or
/// ``Engine/discard(_:)``.
package final class StagedBody: Sendable {
    enum Content: Sendable {
        /// The framed shards by shard index; each goes into the `xl.meta` of its drive.
        case inline([[UInt8]])
        /// On the drives at these positions, complete.
        case onDrives(positions: [Int])
    }

    /// The part of a pending upload that it becomes.
    struct PartPlace: Sendable {
        let number: Int
        let uploadID: String
        let dataDirectory: UUID
    }

    package let size: Int64
    package let bucket: String
    package let key: String
    let path: ObjectPath
    let set: ErasureSet
    let transactionID: UUID
    let geometry: ErasureGeometry
    /// Shard number of each position, 1...n.
    let distribution: [UInt8]
    let content: Content
    let partPlace: PartPlace?
    /// Drives that have something of this body and must be told what becomes of it.
    let touched: [Int]
    let wantedParity: Int

    init(
        plan: StagingPlan,
        size: Int64,
        content: Content,
        touched: [Int]
    ) {
        self.size = size
        bucket = plan.bucket
        key = plan.key
        path = plan.path
        set = plan.set
        transactionID = plan.transactionID
        geometry = plan.geometry
        distribution = plan.distribution
        wantedParity = plan.wantedParity
        partPlace = plan.partPlace
        self.content = content
        self.touched = touched
    }

    /// The same body, which was in memory, on the drives.
    ///
    /// - Parameter touched: drives that may have something of it.
    init(_ body: StagedBody, onDrivesAt positions: [Int], touched: [Int]) {
        size = body.size
        bucket = body.bucket
        key = body.key
        path = body.path
        set = body.set
        transactionID = body.transactionID
        geometry = body.geometry
        distribution = body.distribution
        wantedParity = body.wantedParity
        partPlace = body.partPlace
        content = .onDrives(positions: positions)
        self.touched = touched
    }

    var partNumber: Int { partPlace?.number ?? 1 }
}

/// Where a body is going before its first byte is read.
struct StagingPlan: Sendable {
    let bucket: String
    let key: String
    let path: ObjectPath
    let set: ErasureSet
    let transactionID: UUID
    let geometry: ErasureGeometry
    let distribution: [UInt8]
    let wantedParity: Int
    /// Shard files up to this size are inlined; −1 never.
    let inlineSizeMax: Int64
    let partPlace: StagedBody.PartPlace?

    var partNumber: Int { partPlace?.number ?? 1 }
}
