import Base
import XLMeta

/// What a transaction makes of an object's `xl.meta` on this drive.
struct XLMetaChange {
    /// `nil` when the last version goes.
    private(set) var encoded: [UInt8]?
    /// Data directories that no version refers to any more.
    var replaced: [UUID] = []
    /// Of the version that is written or removed; 1 for a marker that is written, 0 for one that is removed, and where the
    /// header does not say.
    private(set) var dataShards = 1
    /// As far as the versions tell, at least 1.
    private(set) var setDriveCount = 1

    /// - Parameter stored: the file as it is; `nil` when there is none.
    /// - Throws: ``DriveError/notFound`` for the removal or amendment of a version that is not there;
    ///   ``DriveError/corrupt(_:)`` when the stored file cannot be read and so cannot be kept.
    init(_ change: Transaction.Change, stored: [UInt8]?) throws(DriveError) {
        do throws(XLMetaError) {
            if let stored, try addOnTop(of: stored, change) { return }
        } catch { throw .corrupt("xl.meta: \(error)") }
        var file = XLMetaFile()
        do throws(XLMetaError) {
            if let stored { file = try XLMetaFile(parsing: stored) }
        } catch { throw .corrupt("xl.meta: \(error)") }
        setDriveCount = Self.setDriveCount(of: file)
        if case .remove(let versionID) = change {
            guard let removed = file.removeVersion(versionID) else { throw .notFound }
            dataShards = Int(removed.header.dataShardCount)
            note(removed)
        }
        if case .amend(let object) = change { try amend(object, in: &file) }
        do throws(XLMetaError) {
            switch change {
            case .put(let object, let inlineData, _): try put(object, inlineData, in: &file)
            case .complete(let object, _, _): try put(object, nil, in: &file)
            case .putDeleteMarker(let marker): try note(file.add(.deleteMarker(marker)))
            case .remove, .amend: break
            case .putPart: preconditionFailure("a part does not change its upload's xl.meta")
            }
            encoded = file.entries.isEmpty ? nil : try file.encoded()
        } catch { throw .corrupt("xl.meta: \(error)") }
    }

    /// The way of nearly every change where there are many versions: the others are copied as they are.
    ///
    /// - Returns: false where the change takes more than that.
    private mutating func addOnTop(
        of stored: [UInt8],
        _ change: Transaction.Change
    ) throws(XLMetaError) -> Bool {
        let version: XLVersion
        var shard: [UInt8]?
        switch change {
        case .put(let object, let inlineData, _): (version, shard) = (.object(object), inlineData)
        case .complete(let object, _, _): version = .object(object)
        case .putDeleteMarker(let marker): version = .deleteMarker(marker)
        case .amend, .remove, .putPart: return false
        }
        guard let extended = try XLMetaFile.adding(version, inlineData: shard, to: stored) else {
            return false
        }
        encoded = extended.bytes
        if case .object(let object) = version {
            dataShards = object.erasure.dataShardCount
            setDriveCount = object.erasure.shardCount
        } else if let header = extended.objectHeader {
            setDriveCount = Int(header.dataShardCount) + Int(header.parityShardCount)
        }
        return true
    }

    private mutating func put(
        _ object: XLObject,
        _ inlineData: [UInt8]?,
        in file: inout XLMetaFile
    ) throws(XLMetaError) {
        dataShards = object.erasure.dataShardCount
        setDriveCount = object.erasure.shardCount
        note(try file.add(.object(object), inlineData: inlineData))
    }

    private mutating func amend(_ object: XLObject, in file: inout XLMetaFile) throws(DriveError) {
        dataShards = object.erasure.dataShardCount
        setDriveCount = object.erasure.shardCount
        let isThere: Bool
        do throws(XLMetaError) {
            isThere = try Self.isSameData(object, in: file) && file.update(.object(object))
        } catch { throw .corrupt("xl.meta: \(error)") }
        guard isThere else { throw .notFound }
    }

    private static func isSameData(_ object: XLObject, in file: XLMetaFile) throws(XLMetaError) -> Bool {
        guard case .object(let stored)? = try file.entry(object.versionID)?.version() else { return false }
        return stored.dataDirectory == object.dataDirectory
            && stored.modificationTime == object.modificationTime
    }

    private mutating func note(_ removed: XLRemovedVersion?) {
        if let dataDirectory = removed?.dataDirectory { replaced.append(dataDirectory) }
    }

    private static func setDriveCount(of file: XLMetaFile) -> Int {
        for entry in file.entries where entry.header.kind == .object {
            let count = Int(entry.header.dataShardCount) + Int(entry.header.parityShardCount)
            if count > 0 { return count }
        }
        return 1
    }

    /// How the parts of a pending upload are cut.
    static func erasure(ofUpload stored: [UInt8]) throws(DriveError) -> XLErasure? {
        do throws(XLMetaError) {
            guard case .object(let object)? = try XLMetaFile(parsing: stored).latest?.version() else {
                return nil
            }
            return object.erasure
        } catch { throw .corrupt("xl.meta of an upload: \(error)") }
    }
}
