import Base
import Files

/// Where the drive keeps its own things, relative to its root.
enum SystemPath {
    static let folder = ObjectPath.systemVolume
    static let format = folder + "/format.json"
    static let temporary = folder + "/tmp"
    static let trash = folder + "/tmp/.trash"
    static let formerTemporary = folder + "/tmp-old"
    static let multipart = folder + "/multipart"
    static let buckets = folder + "/buckets"
    static let config = folder + "/config"

    /// In the order in which they are made.
    static let folders = [folder, temporary, trash, formerTemporary, multipart, buckets, config]

    /// The name of the file that makes a folder an object.
    static let metadataName = "xl.meta"
}

/// The names of one transaction.
///
///     tmp/<id>.intent      what it does, checksummed; while it exists, revert and resume are possible
///     tmp/<id>.done        the same, renamed by finish: what it replaced is on its way out
///     tmp/<id>.meta        the new xl.meta or part.N.meta
///     tmp/<id>.previous    the replaced one: a second name, or the file itself when the last version goes
///     tmp/<id>.part        a second name of the replaced part.N
///     tmp/<id>/part.N      staged shards
///     tmp/.trash/<id>.*    folders that it replaced; an ended intent, for another transaction to write over
struct TransactionPaths: Sendable {
    static let intentSuffix = ".intent"
    static let doneSuffix = ".done"

    let id: String

    init(_ id: UUID) { self.id = id.description }

    var folder: String { SystemPath.temporary + "/" + id }
    var intent: String { folder + Self.intentSuffix }
    var done: String { folder + Self.doneSuffix }
    var metadata: String { folder + ".meta" }
    var previous: String { folder + ".previous" }
    var previousPart: String { folder + ".part" }

    func staged(_ partNumber: Int) -> String { folder + "/part.\(partNumber)" }
    func trashed(_ name: String) -> String { SystemPath.trash + "/" + id + "." + name }

    /// The transaction that a name in `tmp` or `tmp/.trash` belongs to, if it is one of these.
    static func owner(of name: String) -> UUID? {
        guard name.utf8.count >= 36 else { return nil }
        return UUID(name.prefix(36))
    }
}

extension ObjectPath {
    /// The object's folder, relative to the drive's root.
    func checkedFolder() throws(DriveError) -> String {
        guard !name.isEmpty else { throw .unstorableName }
        try Self.checkVolume(volume)
        let folder = volume + "/" + name
        do { try FilePath.check(folder, in: "path") } catch { throw DriveError(error) }
        return folder
    }

    static func checkVolume(_ name: String) throws(DriveError) {
        guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")) else { throw .unstorableName }
        do { try FilePath.check(name, in: "path") } catch { throw DriveError(error) }
    }
}

/// Names in a data directory.
enum PartName {
    /// `N` of a file `part.N` or `part.N.meta`; `nil` for any other name.
    static func number(of name: String) -> (number: Int, isMetadata: Bool)? {
        let fields = name.split(separator: ".", omittingEmptySubsequences: false)
        guard fields.count == 2 || (fields.count == 3 && fields[2] == "meta"), fields[0] == "part",
            fields[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int(fields[1]), number > 0
        else { return nil }
        return (number, fields.count == 3)
    }
}
