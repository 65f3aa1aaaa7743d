package import Base
import MessagePack

extension XLMetaFile {
    /// Adds a version at its place in the order. A version of the same id, of whatever kind, is
    /// replaced; the caller purges what is returned for it once the file is committed.
    ///
    /// `inlineData` is this drive's bitrot-framed shard; `nil` removes what lay under the same id.
    ///
    /// - Throws: ``XLMetaError/tooManyVersions(countMax:)``; nothing is changed then.
    package mutating func add(
        _ version: XLVersion,
        inlineData shard: [UInt8]? = nil
    ) throws(XLMetaError) -> XLRemovedVersion? {
        let replaced = entries.firstIndex { $0.header.versionID == version.versionID }
        guard replaced != nil || entries.count < Self.versionCountMax else {
            throw .tooManyVersions(countMax: Self.versionCountMax)
        }
        let entry = Self.encode(version)
        let replacedEntry = replaced.map { entries.remove(at: $0) }
        insert(entry)
        let removed = replacedEntry.map(removedVersion)
        inlineData.remove(version.versionID, dataDirectory: removed?.dataDirectory)
        if let shard { inlineData.set(shard[...], for: version.versionID) }
        return removed
    }

    /// Puts a changed version in the place of the one with the same id, as a change of tags or
    /// retention does. Data directory and inline data stay as they are.
    ///
    /// - Returns: whether there was one; if not, nothing is changed.
    package mutating func update(_ version: XLVersion) -> Bool {
        guard let index = entries.firstIndex(where: { $0.header.versionID == version.versionID }) else {
            return false
        }
        entries.remove(at: index)
        insert(Self.encode(version))
        return true
    }

    /// Takes a version out, with its inline data; zero takes the null version. `nil` when there is
    /// no such version: nothing is changed then.
    package mutating func removeVersion(_ versionID: UUID) -> XLRemovedVersion? {
        guard let index = entries.firstIndex(where: { $0.header.versionID == versionID }) else { return nil }
        let entry = entries.remove(at: index)
        let removed = removedVersion(entry)
        inlineData.remove(versionID, dataDirectory: removed.dataDirectory)
        return removed
    }

    /// Puts a version from another drive's file of the same object in its place, as healing does. The
    /// header, and the body but for the shard's number, stay as they are. An entry of the same id is
    /// replaced.
    ///
    /// - Parameters:
    ///   - shardNumber: this drive's shard of the object, from 1; of no meaning for a delete marker.
    ///   - shard: this drive's own bitrot-framed shard, when it is to lie in the file.
    /// - Throws: ``XLMetaError/legacyObject`` for a legacy object, whose record is not written anew, and
    ///   what decoding the body throws. Nothing is changed then.
    package mutating func restore(
        _ entry: Entry,
        shardNumber: Int,
        inlineData shard: [UInt8]? = nil
    ) throws(XLMetaError) -> XLRemovedVersion? {
        let versionID = entry.header.versionID
        let restored = Entry(header: entry.header, body: try Self.body(of: entry, shardNumber: shardNumber))
        let replaced = entries.firstIndex { $0.header.versionID == versionID }
        let replacedEntry = replaced.map { entries.remove(at: $0) }
        insert(restored)
        let removed = replacedEntry.map(removedVersion)
        inlineData.remove(versionID, dataDirectory: removed?.dataDirectory)
        if let shard { inlineData.set(shard[...], for: versionID) }
        return removed
    }

    private static func body(of entry: Entry, shardNumber: Int) throws(XLMetaError) -> ArraySlice<UInt8> {
        switch try entry.version() {
        case .object(let object):
            // Both numbers come from drives, which may disagree.
            guard (1...object.erasure.shardCount).contains(shardNumber) else {
                throw .invalidField("EcIndex")
            }
            do { return try XLObject.body(entry.body, settingShardNumber: shardNumber)[...] } catch {
                throw .malformed(error)
            }
        case .deleteMarker: return entry.body
        case .legacy: throw .legacyObject
        }
    }

    /// Sets or removes this drive's shard of a version without touching the version.
    package mutating func setInlineData(_ shard: [UInt8]?, of versionID: UUID) {
        if let shard { inlineData.set(shard[...], for: versionID) } else { inlineData.remove(versionID) }
    }

    /// Whether any version refers to the folder. A body that does not decode may, so it counts.
    package func refersToDataDirectory(_ dataDirectory: UUID) -> Bool {
        entries.contains { entry in
            guard entry.header.kind == .object else { return false }
            // The reason does not matter: what cannot be read must be taken to refer to it.
            guard let found = try? XLObject.dataDirectory(inBody: entry.body) else { return true }
            return found == dataDirectory
        }
    }

    private static func encode(_ version: XLVersion) -> Entry {
        guard let body = version.encodedBody() else {
            preconditionFailure("a legacy version is kept as read, never written anew")
        }
        return Entry(header: version.header, body: body[...])
    }

    private mutating func insert(_ entry: Entry) {
        let time = entry.header.modificationTime
        let index = entries.firstIndex { $0.header.modificationTime <= time } ?? entries.endIndex
        entries.insert(entry, at: index)
    }

    /// For an entry that is out of the list already.
    private func removedVersion(_ entry: Entry) -> XLRemovedVersion {
        guard entry.header.kind == .object, entry.header.flags.contains(.usesDataDirectory),
            // An undecodable body names no folder to purge; a check of the store finds it.
            let dataDirectory = try? XLObject.dataDirectory(inBody: entry.body),
            dataDirectory != .zero, !refersToDataDirectory(dataDirectory)
        else { return XLRemovedVersion(header: entry.header, dataDirectory: nil) }
        return XLRemovedVersion(header: entry.header, dataDirectory: dataDirectory)
    }
}
