package import Base

/// Tells what the server is made of, what it holds and does, for `info`, `storageinfo`, `datausageinfo`, `accountinfo`
/// and `ilm/expiry/status`.
/// May be asked by many tasks at once.
package protocol ServerFacts: Sendable {
    /// Of this moment.
    func overview() async -> ServerOverview

    /// What the last count of everything stored found; `nil` while there has been none.
    func usage() async -> StorageUsage?

    /// In order of names.
    func buckets() -> [BucketFacts]

    /// Of this moment.
    func expiry() -> ExpiryFacts
}

package struct BucketFacts: Sendable, Equatable {
    package let name: String
    package let created: Timestamp
    package let isVersioned: Bool
    package let isVersioningSuspended: Bool
    package let hasObjectLock: Bool

    package init(
        name: String,
        created: Timestamp,
        isVersioned: Bool = false,
        isVersioningSuspended: Bool = false,
        hasObjectLock: Bool = false
    ) {
        (self.name, self.created) = (name, created)
        (self.isVersioned, self.isVersioningSuspended) = (isVersioned, isVersioningSuspended)
        self.hasObjectLock = hasObjectLock
    }
}

/// One process with its drives.
package struct ServerOverview: Sendable, Equatable {
    package struct Drive: Sendable, Equatable {
        package var endpoint: String
        package var path: String
        package var isOnline: Bool
        /// Of the formatted drive; `nil` when it cannot be read.
        package var id: UUID?
        /// In bytes; 0 when it does not answer.
        package var totalSize: UInt64
        package var availableSize: UInt64
        package var usedInodeCount: UInt64
        package var freeInodeCount: UInt64
        /// From 0.
        package var poolIndex: Int
        package var setIndex: Int
        package var driveIndex: Int

        package init(
            endpoint: String,
            path: String,
            isOnline: Bool,
            id: UUID? = nil,
            totalSize: UInt64 = 0,
            availableSize: UInt64 = 0,
            usedInodeCount: UInt64 = 0,
            freeInodeCount: UInt64 = 0,
            poolIndex: Int,
            setIndex: Int,
            driveIndex: Int
        ) {
            (self.endpoint, self.path, self.isOnline, self.id) = (endpoint, path, isOnline, id)
            (self.totalSize, self.availableSize) = (totalSize, availableSize)
            (self.usedInodeCount, self.freeInodeCount) = (usedInodeCount, freeInodeCount)
            (self.poolIndex, self.setIndex, self.driveIndex) = (poolIndex, setIndex, driveIndex)
        }

        var usedSize: UInt64 { totalSize - min(totalSize, availableSize) }
    }

    /// Sets of one size, of drives of one number.
    package struct Pool: Sendable, Equatable {
        package var setCount: Int
        package var driveCountPerSet: Int
        /// Of new objects, in drives.
        package var standardParity: Int
        package var reducedParity: Int

        package init(setCount: Int, driveCountPerSet: Int, standardParity: Int, reducedParity: Int) {
            (self.setCount, self.driveCountPerSet) = (setCount, driveCountPerSet)
            (self.standardParity, self.reducedParity) = (standardParity, reducedParity)
        }
    }

    package var version: String
    /// Host and port where the S3 interface listens.
    package var endpoint: String
    /// `http` or `https`.
    package var scheme: String
    package var uptime: Duration
    package var region: String
    package var domains: [String]
    package var deploymentID: UUID
    package var drives: [Drive]
    package var pools: [Pool]
    package var processorCount: Int

    package init(
        version: String,
        endpoint: String,
        scheme: String,
        uptime: Duration,
        region: String,
        domains: [String],
        deploymentID: UUID,
        drives: [Drive],
        pools: [Pool],
        processorCount: Int
    ) {
        (self.version, self.endpoint, self.scheme, self.uptime) = (version, endpoint, scheme, uptime)
        (self.region, self.domains, self.deploymentID) = (region, domains, deploymentID)
        (self.drives, self.pools, self.processorCount) = (drives, pools, processorCount)
    }
}

/// What is stored, as counted at one time.
package struct StorageUsage: Sendable, Equatable {
    package struct Bucket: Sendable, Equatable {
        /// Bytes of every version, as clients sent them.
        package var size: UInt64 = 0
        /// Newest versions that are not delete markers.
        package var objectCount: UInt64 = 0
        /// All but delete markers.
        package var versionCount: UInt64 = 0
        package var deleteMarkerCount: UInt64 = 0

        package init() {}
    }

    package let countedAt: Timestamp
    package var buckets: [String: Bucket]

    package init(countedAt: Timestamp, buckets: [String: Bucket]) {
        (self.countedAt, self.buckets) = (countedAt, buckets)
    }

    /// Of all buckets.
    var total: Bucket {
        buckets.values.reduce(into: Bucket()) { total, bucket in
            total.size += bucket.size
            total.objectCount += bucket.objectCount
            total.versionCount += bucket.versionCount
            total.deleteMarkerCount += bucket.deleteMarkerCount
        }
    }
}
