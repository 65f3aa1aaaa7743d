package import Base
package import JSON

/// Why drives cannot be arranged as the operator asks, or as they themselves say.
package enum TopologyError: Error, Equatable, Sendable {
    // What the operator typed.
    case noVolumes
    case emptyVolumePath
    /// `/` as a drive.
    case rootVolume
    case relativeVolumePath(String)
    /// A `..` component, whose meaning depends on symbolic links.
    case parentVolumePath(String)
    /// `http://…`: drives of other machines.
    case remoteVolume(String)
    case duplicateVolume(String)
    case malformedEllipsis(String)
    case descendingEllipsis(String)
    case tooManyVolumes(countMax: Int)
    /// Some arguments have ellipses, this one has none.
    case mixedVolumeStyles(String)
    case noSetSize(driveCount: Int)
    case noSymmetricSetSize(driveCount: Int)
    case setSizeDoesNotDivide(setSize: Int, driveCount: Int)
    case setSizeOutOfRange(setSize: Int)
    case malformedStorageClass(String)
    case parityTooHigh(parity: Int, setSize: Int)
    case reducedParityAboveStandard(reduced: Int, standard: Int)

    // What a drive's format.json says.
    case malformedFormat(JSONError)
    /// A field that is missing or whose value cannot be; named as in the file.
    case invalidFormatField(String)
    /// Formatted by the single-file-system mode of older servers.
    case fileSystemMode
    /// Written by a newer server.
    case newerFormat(version: String)
    /// Versions 1 and 2 of the format, of 2018 and before.
    case oldFormat(version: String)
    /// The drive's own id is not in its table of sets.
    case driveNotInSets(UUID)
    /// No layout is on enough drives.
    case noReferenceFormat(bestCount: Int, driveCount: Int)
    /// Two different layouts are on equally many drives.
    case conflictingFormats(UUID, UUID)
    /// The drives were formatted for another number of drives than are given.
    case driveCountMismatch(formatted: Int, given: Int)
}

extension TopologyError: CustomStringConvertible {
    /// One sentence for the operator: what is wrong, and what would be right.
    package var description: String {
        switch self {
        case .noVolumes: "no drives are given: name at least one directory, for example /data{1...4}"
        case .emptyVolumePath: "a drive path is empty"
        case .rootVolume: "/ cannot be a drive: name a directory below it"
        case .relativeVolumePath(let path): "the drive path \"\(path)\" is not absolute: begin it with /"
        case .parentVolumePath(let path): "the drive path \"\(path)\" contains ..: write the path without it"
        case .remoteVolume(let url):
            "\"\(url)\" names a drive by URL: clusters of several machines are not built yet, give local paths"
        case .duplicateVolume(let path): "the drive \"\(path)\" is given twice"
        case .malformedEllipsis(let argument):
            "\"\(argument)\" has a malformed range: write {1...4} or {1..4} with decimal numbers"
        case .descendingEllipsis(let argument):
            "a range in \"\(argument)\" runs downwards: write the lower number first"
        case .tooManyVolumes(let countMax): "more than \(countMax) drives are given"
        case .mixedVolumeStyles(let argument):
            "\"\(argument)\" has no range, but other arguments have: either every argument is one pool "
                + "with a range such as {1...4}, or none has one"
        case .noSetSize(let driveCount):
            "\(driveCount) drives cannot be divided into equal sets of 2 to 16: give another number of drives"
        case .noSymmetricSetSize(let driveCount):
            "\(driveCount) drives cannot be spread evenly over the hosts in equal sets of 2 to 16"
        case .setSizeDoesNotDivide(let setSize, let driveCount):
            "a set size of \(setSize) does not divide \(driveCount) drives"
        case .setSizeOutOfRange(let setSize):
            "a set size of \(setSize) is not possible: sets have 2 to 32 drives"
        case .malformedStorageClass(let text):
            "the storage class \"\(text)\" is malformed: write EC:N, for example EC:4"
        case .parityTooHigh(let parity, let setSize):
            "a parity of \(parity) is not possible: sets of \(setSize) drives take at most \(setSize / 2)"
        case .reducedParityAboveStandard(let reduced, let standard):
            "the reduced-redundancy parity \(reduced) is above the standard parity \(standard)"
        case .malformedFormat(let error): "format.json is not JSON: \(error)"
        case .invalidFormatField(let field): "format.json has a missing or wrong value for \"\(field)\""
        case .fileSystemMode:
            "the drive was formatted in the file system mode of older servers, which is not supported"
        case .newerFormat(let version): "the drive has format version \(version), written by a newer server"
        case .oldFormat(let version):
            "the drive has format version \(version) of 2018 or before: upgrade it with a MinIO release first"
        case .driveNotInSets(let id):
            "the drive's id \(id) is not in the table of sets in its own format.json"
        case .noReferenceFormat(let bestCount, let driveCount):
            "no layout is found on enough drives: the most common one is on \(bestCount) of \(driveCount)"
        case .conflictingFormats(let first, let second):
            "the drives belong to different deployments or layouts: \(first) and \(second) are on equally many"
        case .driveCountMismatch(let formatted, let given):
            "the drives were formatted as a pool of \(formatted), but \(given) are given"
        }
    }
}
