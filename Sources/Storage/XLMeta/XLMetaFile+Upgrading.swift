import Base
import MessagePack

extension XLMetaFile.Entry {
    /// This version as the current format has it. What an older writer left out is derived from the
    /// body; a body that does not decode stays with the header it came with.
    func upgraded(headerVersion: UInt64, metaVersion: UInt64) -> Self {
        let needsHeader = headerVersion < XLVersionHeader.formatVersion
        guard needsHeader || metaVersion < XLMetaFile.metaVersion && mayNeedRepair(metaVersion: metaVersion)
        else {
            return self
        }
        // An undecodable body is reported when the version itself is asked for.
        guard let (version, release) = try? XLVersion.decode(body) else { return self }
        guard let repaired = version.repaired(release: release, metaVersion: metaVersion),
            let repairedBody = repaired.encodedBody(release: release)
        else {
            return Self(
                header: needsHeader ? upgradedHeader(of: version, headerVersion: headerVersion) : header,
                body: body
            )
        }
        return Self(header: repaired.header, body: repairedBody[...])
    }

    /// Version 2 has a signature of its own; version 1 has none.
    private func upgradedHeader(of version: XLVersion, headerVersion: UInt64) -> XLVersionHeader {
        let derived = version.header
        guard derived.versionID == header.versionID, derived.kind == header.kind else { return header }
        var upgraded = header
        upgraded.parityShardCount = derived.parityShardCount
        upgraded.dataShardCount = derived.dataShardCount
        if headerVersion < 2 { upgraded.signature = derived.signature }
        return upgraded
    }

    private func mayNeedRepair(metaVersion: UInt64) -> Bool {
        switch header.kind {
        case .deleteMarker: metaVersion < 2
        case .object: body.contains(sequence: Array("PartIdx".utf8))
        case .legacy: false
        }
    }
}

extension XLVersion {
    /// What releases of meta version `metaVersion` wrote wrongly, put right; `nil` when nothing was.
    ///
    /// - Meta version 1: replication times of delete markers in local time instead of UTC.
    /// - Up to 2: seek indices of small parts of compressed objects that do not fit the data.
    fileprivate func repaired(release: UInt64, metaVersion: UInt64) -> XLVersion? {
        switch self {
        case .object(var object):
            guard metaVersion < 3, object.dropWrongIndices(release: release) else { return nil }
            return .object(object)
        case .deleteMarker(var marker):
            guard metaVersion < 2, marker.normaliseReplicationTimes() else { return nil }
            return .deleteMarker(marker)
        case .legacy: return nil
        }
    }
}

extension XLObject {
    private static let wrongIndexReleases: ClosedRange<UInt64> = 1_701_471_619...1_730_156_417
    private static let wrongIndexPartSizeMax = 8 << 20

    /// Says whether anything changed.
    fileprivate mutating func dropWrongIndices(release: UInt64) -> Bool {
        guard Self.wrongIndexReleases.contains(release), var indices = partIndices,
            internalMetadata?.text(InternalMetadataKey.compression) == "klauspost/compress/s2",
            indices.count == partNumbers.count
        else { return false }
        for (index, part) in parts.enumerated() where part.actualSize <= Self.wrongIndexPartSizeMax {
            indices[index] = []
        }
        guard indices != partIndices else { return false }
        partIndices = indices
        return true
    }
}

extension XLDeleteMarker {
    /// Says whether anything changed. A time that does not parse stays.
    fileprivate mutating func normaliseReplicationTimes() -> Bool {
        var isChanged = false
        for key in [InternalMetadataKey.replicationTimestamp, InternalMetadataKey.replicaTimestamp] {
            guard let text = internalMetadata?.text(key), let time = Timestamp(iso8601: text),
                time.nanoseconds >= 0
            else { continue }
            let normalised = time.rfc3339Nanoseconds
            guard normalised != text else { continue }
            internalMetadata?.set(key, text: normalised)
            isChanged = true
        }
        return isChanged
    }
}

extension Timestamp {
    /// Go's RFC3339Nano in UTC: as many fractional digits as are needed, none for a whole second.
    fileprivate var rfc3339Nanoseconds: String {
        let whole = String(Timestamp(seconds: seconds).iso8601Milliseconds.prefix(19))
        let nanoseconds = ((nanoseconds % 1_000_000_000) + 1_000_000_000) % 1_000_000_000
        guard nanoseconds > 0 else { return whole + "Z" }
        var digits = String(nanoseconds)
        digits = String(repeating: "0", count: 9 - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)Z"
    }
}

extension ArraySlice<UInt8> {
    fileprivate func contains(sequence: [UInt8]) -> Bool {
        guard let first = sequence.first, count >= sequence.count else { return false }
        return (startIndex...endIndex - sequence.count).contains {
            self[$0] == first && self[$0...].starts(with: sequence)
        }
    }
}
