package import Base
package import ErasureCode

/// One version of an object, or a delete marker, as the drives agree on it.
package struct ObjectVersion: Sendable {
    package struct Part: Sendable, Hashable {
        /// 1...10,000.
        package let number: Int
        /// Bytes stored, after compression and encryption.
        package let storedSize: Int64
        /// Bytes the client sent.
        package let size: Int64

        package init(number: Int, storedSize: Int64, size: Int64) {
            self.number = number
            self.storedSize = storedSize
            self.size = size
        }
    }

    package let bucket: String
    package let key: String
    /// ``UUID/zero`` for the null version.
    package let id: UUID
    package let isDeleteMarker: Bool
    package let modified: Timestamp
    /// Bytes as a client sees them.
    package let size: Int64
    package let parts: [Part]
    /// As stored in `MetaUsr`: `etag`, `content-type`, `X-Amz-Meta-…`; in stored order.
    package let metadata: [(name: String, value: String)]
    /// As stored in `MetaSys`.
    package let internalMetadata: [(name: String, value: [UInt8])]
    package let dataDirectory: UUID
    /// `nil` for a delete marker.
    package let geometry: ErasureGeometry?

    /// Compares names without case, as both writers of this format did not agree on one.
    package func metadata(_ name: String) -> String? {
        metadata.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    package func internalMetadata(_ name: String) -> [UInt8]? {
        internalMetadata.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// Without quotes; empty for a delete marker.
    package var etag: String { metadata("etag") ?? "" }
}

/// What the client and the operation say of a new version.
package struct ObjectMetadata: Sendable {
    /// For `MetaUsr`; must hold `etag`.
    package var user: [(name: String, value: String)]
    /// For `MetaSys`, full names.
    package var system: [(name: String, value: [UInt8])]

    package init(user: [(name: String, value: String)], system: [(name: String, value: [UInt8])] = []) {
        self.user = user
        self.system = system
    }
}

/// Which version a new object becomes.
package enum VersionChoice: Sendable, Hashable {
    /// What the bucket's versioning asks for when the change is made, whatever it was when the request came.
    case byBucket
    /// The null version, in place of an earlier null version.
    case null
    /// A new version with a random id.
    case new
}

/// Asked under the key's exclusive lease, with the current version, before a change is made.
package protocol CommitGuard: Sendable {
    /// May amend the metadata of what is proposed (`nil`: a delete), or refuse. `current` is the newest version, or the
    /// one that a delete names, and may be a delete marker; `nil` if there is none.
    func review(_ proposal: inout ObjectMetadata?, over current: ObjectVersion?) throws(CommitRefusal)
}

/// Told after a commit, outside the lease; must not fail and must not block.
package protocol ObjectObserver: Sendable {
    func created(_ version: ObjectVersion)
    func deleted(bucket: String, key: String, versionID: UUID)
    /// A read or write met a missing or rotten copy on `endpoint`.
    func damaged(bucket: String, key: String, endpoint: String, reason: String)
    /// A drive failed at something that no request waits for.
    func driveFailed(endpoint: String, reason: String)
}

package struct Bucket: Sendable {
    package var name: String
    package let created: Timestamp
    /// The settings a PUT has to know of; read from the bucket's metadata on the drives.
    package let settings: BucketSettings
    package let documents: [BucketDocument: BucketText]

    /// `nil` when it is not set, and when nobody knows: ``BucketSettings/areUnknown``.
    package subscript(document: BucketDocument) -> BucketText? { documents[document] }

    package var policy: BucketText? { self[.policy] }
}

extension BucketSettings {
    /// The choice that ``VersionChoice/byBucket`` stands for: an object becomes a new version only where versioning is on.
    ///
    /// - Throws: ``EngineError/damaged(_:)`` where nobody knows: a version that was to be kept might go.
    func resolve(_ choice: VersionChoice) throws(EngineError) -> VersionChoice {
        guard choice == .byBucket else { return choice }
        guard !areUnknown else { throw .damaged("the bucket's settings") }
        switch versioning {
        case .off, .suspended: return .null
        case .enabled: return .new
        }
    }

    /// The same for a delete that names no version.
    func resolve(_ deletion: Deletion) throws(EngineError) -> Deletion {
        guard !areUnknown else { throw .damaged("the bucket's settings") }
        guard deletion == .byBucket else { return deletion }
        switch versioning {
        case .off: return .version(.zero)
        case .enabled: return .marker(.new)
        case .suspended: return .marker(.null)
        }
    }
}

/// What the bucket's stored settings demand of writers in this version.
package struct BucketSettings: Sendable, Equatable {
    package enum Versioning: Sendable { case off, enabled, suspended }

    package var versioning: Versioning
    package var hasObjectLock: Bool
    /// A default encryption is configured: a plain write would break its promise.
    package var hasDefaultEncryption: Bool
    package var hasQuota: Bool
    package var hasReplication: Bool
    /// Some keys are not to be versioned, an extension of MinIO's.
    package var versioningHasExceptions = false
    /// The settings could not be read: anything may be demanded.
    package var areUnknown = false
}

/// One page of a listing, keys in bytewise order.
package struct ListPage: Sendable {
    package enum Entry: Sendable {
        case object(ObjectVersion, isLatest: Bool)
        /// Ends with the delimiter.
        case commonPrefix(String)
    }

    package let entries: [Entry]
    package let isTruncated: Bool
    /// The last key or prefix on the page: what the next page starts after.
    package let last: String?
    /// The last version, where versions were asked for and ``last`` is a key.
    package let lastVersion: UUID?
}

package struct ListRequest: Sendable {
    package enum Scope: Sendable, Hashable {
        /// The newest version of each key, unless that is a delete marker.
        case newest
        /// Every version and every marker, those of a key from the newest to the oldest. The page goes on behind the
        /// version `after` of the key ``ListRequest/after``, or with all its versions where that one is gone; without
        /// one it goes on with the next key.
        case versions(after: UUID?)
    }

    package var scope = Scope.newest
    package var prefix = ""
    /// `nil` or empty: none.
    package var delimiter: String?
    /// Keys (and common prefixes) must be greater than this; see also ``Scope/versions(after:)``.
    package var after: String?
    /// 0...1000.
    package var limit = 1000

    package init() {}
}

/// A pending multipart upload.
package struct Upload: Sendable {
    /// The S3 UploadId.
    package let id: String
    package let bucket: String
    /// `nil` for an upload begun by MinIO, which does not store it.
    package let key: String?
    package let initiated: Timestamp
    package let metadata: [(name: String, value: String)]
    package let internalMetadata: [(name: String, value: [UInt8])]
}

package struct UploadPage: Sendable {
    package let uploads: [Upload]
    package let commonPrefixes: [String]
    package let isTruncated: Bool
}

/// A part of a pending upload.
package struct UploadedPart: Sendable {
    package let number: Int
    /// Hexadecimal MD5 without quotes.
    package let etag: String
    package let size: Int64
    package let modified: Timestamp
    /// Algorithm name (upper case, as `CRC32C`) and base64 value.
    package let checksums: [(algorithm: String, value: String)]
}
