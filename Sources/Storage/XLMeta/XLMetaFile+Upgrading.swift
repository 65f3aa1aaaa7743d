import Base
import MessagePack

extension XLMetaFile.Entry {
    /// This version as the current format has it, as far as reading needs it: a signature where the
    /// header has none, and what earlier releases wrote wrongly put right. A body that does not decode
    /// stays with the header it came with.
    func upgraded(headerVersion: UInt64, metaVersion: UInt64) -> Self {
        let needsSignature = headerVersion < 2
        guard
            needsSignature || metaVersion < XLMetaFile.metaVersion && mayNeedRepair(metaVersion: metaVersion)
        else { return self }
        // An undecodable body is reported when the version itself is asked for.
        guard let (version, release) = try? XLVersion.decode(body) else { return self }
        if let repaired = version.repaired(release: release, metaVersion: metaVersion),
            let repairedBody = repaired.encodedBody(release: release)
        {
            return Self(header: repaired.header, body: repairedBody[...])
        }
        guard needsSignature, version.versionID == header.versionID, version.kind == header.kind else {
            return self
        }
        return Self(header: version.header, body: body)
    }

    /// The header as it is written: headers before version 3 have no geometry, which the body has. It
    /// is not worth decoding every body for on every read.
    var completeHeader: XLVersionHeader {
        guard header.kind == .object, header.dataShardCount == 0 else { return header }
        // What cannot be decoded stays unknown, as it was.
        guard case .object(let object)? = try? version() else { return header }
        var complete = header
        complete.parityShardCount = UInt8(clamping: object.erasure.parityShardCount)
        complete.dataShardCount = UInt8(clamping: object.erasure.dataShardCount)
        return complete
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
        withUnsafeBytes { bytes in
            guard let first = sequence.first, bytes.count >= sequence.count else { return false }
            return (0...bytes.count - sequence.count).contains { offset in
                bytes[offset] == first && bytes[offset...].starts(with: sequence)
            }
        }
    }
}
