package import Base
package import Bytes
package import XLMeta

/// What a drive can fail with. Absence, damage and unavailability are different things: only the first is
/// evidence that something does not exist.
package enum DriveError: Error, Equatable, Sendable {
    /// The drive answers, and the bucket's folder is not there.
    case volumeNotFound
    /// The drive answers, and the object, version, part or file is not there.
    case notFound
    case alreadyExists
    case notEmpty
    /// The name cannot be a path here: a segment too long, or a file where a folder is needed.
    case unstorableName
    /// Something is there, but not what was written.
    case corrupt(String)
    case full
    /// The kernel refused; `EIO` and everything that has no case of its own.
    case failed(call: String, code: Int32)
    /// Taken out of service, and why: not mounted, another drive in its place, a failed sync.
    case offline(String)
    /// The lane is full, or the caller gave up before the drive began: it hangs or is overloaded.
    case busy
    /// The transaction was taken back before its commit got its turn, or while it ran.
    case reverted
}

/// A bucket's folder, or the system folder.
package struct Volume: Sendable, Hashable {
    package let name: String
    /// When the folder was made, as far as the file system knows.
    package let created: Timestamp

    package init(name: String, created: Timestamp) {
        self.name = name
        self.created = created
    }
}

/// Where an object is: a volume and a path below it as stored (trailing slashes already encoded).
package struct ObjectPath: Sendable, Hashable {
    /// Where the server keeps its own objects.
    package static let systemVolume = ".minio.sys"

    package let volume: String
    package let name: String

    package init(volume: String, name: String) {
        self.volume = volume
        self.name = name
    }
}

/// What a drive has read of an `xl.meta`.
package enum XLMetaReading: Sendable {
    case whole([UInt8])
    case head(XLMetaHead)
}

/// One erasure-coded part of an object on one drive: `<object>/<data directory>/part.N`.
package struct ShardFile: Sendable, Hashable {
    package let path: ObjectPath
    package let dataDirectory: UUID
    package let partNumber: Int

    package init(path: ObjectPath, dataDirectory: UUID, partNumber: Int) {
        self.path = path
        self.dataDirectory = dataDirectory
        self.partNumber = partNumber
    }
}

/// A shard file that a transaction has not yet put in its place.
package struct StagedFile: Sendable, Hashable {
    package let transaction: UUID
    package let partNumber: Int

    package init(transaction: UUID, partNumber: Int) {
        self.transaction = transaction
        self.partNumber = partNumber
    }
}

/// Consecutive shards with their bitrot digests, as they follow each other in a shard file:
/// 32 bytes of digest, then the shard; the shards lie in `block`, the digests beside them.
package struct ShardFrames: Sendable {
    package let block: Block
    /// Byte ranges of `block`, in file order.
    package let shards: [Range<Int>]
    /// 32 bytes for each shard.
    package let digests: [UInt8]

    package init(block: Block, shards: [Range<Int>], digests: [UInt8]) {
        precondition(digests.count == 32 * shards.count)
        self.block = block
        self.shards = shards
        self.digests = digests
    }
}

/// One change to one object on one drive.
package struct Transaction: Sendable {
    package enum Change: Sendable {
        /// Adds a version to the object, in place of the one with the same id if there is one. With
        /// `stagedParts` the shard files staged under the transaction become its data directory.
        case put(XLObject, inlineData: [UInt8]?, stagedParts: Bool)
        case putDeleteMarker(XLDeleteMarker)
        /// Puts other metadata on a version that keeps its data directory, its shard and its time. `commit` throws
        /// ``DriveError/notFound`` where that very version is not: there is nothing to put it on.
        case amend(XLObject)
        /// Removes a version; the object goes with its last one.
        /// `commit` throws ``DriveError/notFound`` when there is no such version.
        case remove(versionID: UUID)
        /// Puts the one staged shard file and its `part.N.meta` into a pending upload, in place of an earlier
        /// part of that number.
        case putPart(number: Int, dataDirectory: UUID, metadata: [UInt8])
        /// Moves the data directory of `upload` to the object, adds the version, drops unlisted parts and the upload.
        ///
        /// `records` are the `part.N.meta` of the listed parts, by number, as the set agrees on them. A shard tells
        /// that it is whole, not which upload of its part it is of: one beside which the drive has another record, or
        /// none, is left aside as if the drive had missed the part.
        case complete(XLObject, upload: ObjectPath, records: [Int: [UInt8]])
    }

    package let id: UUID
    /// Greater than that of every transaction that was settled before this one was committed: in this order
    /// transactions of one object lie on top of each other.
    package let sequence: UInt64
    package let path: ObjectPath
    package let change: Change

    package init(id: UUID, sequence: UInt64 = 0, path: ObjectPath, change: Change) {
        self.id = id
        self.sequence = sequence
        self.path = path
        self.change = change
    }
}

/// A transaction that was open when the drive was last closed, however that came about.
package struct OpenTransaction: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        /// Everything it needs is staged, whole and checked; it can be applied.
        case prepared
        /// It is in its place, whole and checked.
        case applied
        /// Something of it was lost; it can only be reverted.
        case torn
    }

    /// What a drive on which the transaction was finished can still be told by.
    package enum Effect: Sendable, Equatable {
        case version(id: UUID, modified: Timestamp)
        case marker(id: UUID, modified: Timestamp)
        /// Metadata is part of the signature, which is the same on every drive.
        case amendment(id: UUID, modified: Timestamp, signature: UInt32)
        case removal(versionID: UUID)
        case part(number: Int, dataDirectory: UUID, metadata: [UInt8])

        package var isMarker: Bool {
            switch self {
            case .marker: true
            case .version, .amendment, .removal, .part: false
            }
        }
    }

    package let id: UUID
    /// As in ``Transaction``.
    package let sequence: UInt64
    package let path: ObjectPath
    package let state: State
    package let effect: Effect
    /// Shards needed to read what the transaction wrote or removed: the `k` of its version or part; 0 for the removal of
    /// one that has none.
    package let dataShards: Int
    package let setDriveCount: Int

    package init(
        id: UUID,
        sequence: UInt64 = 0,
        path: ObjectPath,
        state: State,
        effect: Effect,
        dataShards: Int,
        setDriveCount: Int
    ) {
        self.id = id
        self.sequence = sequence
        self.path = path
        self.state = state
        self.effect = effect
        self.dataShards = dataShards
        self.setDriveCount = setDriveCount
    }
}

/// Which part of a folder to list.
package struct DirectoryRequest: Sendable, Hashable {
    package let volume: String
    /// Empty, or a path that ends in `/`.
    package let directory: String
    /// Only entries whose ``DirectoryPage/Entry/key`` is greater (bytewise), if given.
    package let after: String?
    /// Only entries whose key starts with this, if not empty.
    package let prefix: String
    package let limit: Int

    package init(volume: String, directory: String, after: String?, prefix: String, limit: Int) {
        self.volume = volume
        self.directory = directory
        self.after = after
        self.prefix = prefix
        self.limit = limit
    }
}

/// Entries of one folder in bytewise order of their keys. A sub-folder `n` yields `n` if it is an object, and
/// `n/` if anything may be listed below it or the directory object `n/` exists.
package struct DirectoryPage: Sendable {
    package struct Entry: Sendable {
        /// The last segment of the object's key, or of the prefix with its `/`.
        package let key: String
        /// Metadata block of the object of that very key, without inline data; `nil` if there is none.
        package let xlMeta: [UInt8]?
        /// Whether the folder has sub-folders that are not data directories: keys below may exist.
        package let hasChildren: Bool

        package init(key: String, xlMeta: [UInt8]?, hasChildren: Bool) {
            self.key = key
            self.xlMeta = xlMeta
            self.hasChildren = hasChildren
        }
    }

    package let entries: [Entry]
    /// Nothing follows the last entry.
    package let isComplete: Bool

    package init(entries: [Entry], isComplete: Bool) {
        self.entries = entries
        self.isComplete = isComplete
    }
}
