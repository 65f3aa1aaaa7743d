import Base
import Cryptography
import Drives
import Locks

/// Where a pending upload is, and what a client calls it.
///
///     <system folder>/multipart/<hex SHA-256 of "bucket/object">/<uuid>x<nanoseconds>
///     UploadId = base64url(deployment id "." uuid "x" nanoseconds)
struct UploadName {
    static let root = "multipart"

    /// The last segment of the path.
    let folder: String
    let path: ObjectPath

    /// A new upload of `name` (as stored), begun now.
    init(bucket: String, name: String, id: UUID, initiated: Timestamp) {
        self.init(checked: "\(id)x\(initiated.nanoseconds)", bucket: bucket, name: name)
    }

    /// `nil` unless `folder` can be the name of one.
    init?(bucket: String, name: String, folder: String) {
        guard Self.isName(folder) else { return nil }
        self.init(checked: folder, bucket: bucket, name: name)
    }

    /// An upload that was found on the drives; `nil` unless `folder` can be the name of one.
    init?(folderOfKey: String, folder: String) {
        guard Self.isName(folder) else { return nil }
        self.folder = folder
        path = ObjectPath(volume: ObjectPath.systemVolume, name: "\(Self.root)/\(folderOfKey)/\(folder)")
    }

    private init(checked folder: String, bucket: String, name: String) {
        self.folder = folder
        path = ObjectPath(
            volume: ObjectPath.systemVolume,
            name: "\(Self.root)/\(Self.folderOfKey(bucket: bucket, name: name))/\(folder)"
        )
    }

    /// - Parameter uploadID: what a client sent; `nil` unless it can be the name of a folder. An id that is not of
    ///   the form above is the folder's name itself, as early servers had it.
    init?(bucket: String, name: String, uploadID: String) {
        self.init(bucket: bucket, name: name, folder: Self.folder(of: uploadID))
    }

    /// What protects the upload, whichever of its spellings a client uses.
    func lockKey(deploymentID: UUID) -> LockKey { .upload(uploadID(deploymentID: deploymentID)) }

    private static func folder(of uploadID: String) -> String {
        if let bytes = Base64.urlWithoutPadding.decode(uploadID),
            let text = String(validating: bytes, as: UTF8.self),
            let dot = text.utf8.firstIndex(of: UInt8(ascii: "."))
        {
            return String(text[text.utf8.index(after: dot)...])
        }
        return uploadID
    }

    private static func isName(_ folder: String) -> Bool {
        !folder.isEmpty && folder.utf8.count <= 255 && folder != "." && folder != ".."
            && folder.utf8.allSatisfy(isNameCharacter)
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    static func folderOfKey(bucket: String, name: String) -> String {
        SHA256.hash(Array("\(bucket)/\(name)".utf8)).hexadecimal
    }

    func uploadID(deploymentID: UUID) -> String {
        Self.uploadID(ofFolder: folder, deploymentID: deploymentID)
    }

    static func uploadID(ofFolder folder: String, deploymentID: UUID) -> String {
        Base64.urlWithoutPadding.encode(Array("\(deploymentID).\(folder)".utf8))
    }

    /// The time in an id that a client sent; `nil` for one without.
    static func initiated(ofUpload id: String) -> Timestamp? { initiated(ofFolder: folder(of: id)) }

    /// The time in a folder's name; `nil` for a name without one.
    static func initiated(ofFolder folder: String) -> Timestamp? {
        guard let x = folder.lastIndex(of: "x") else { return nil }
        return Int64(folder[folder.index(after: x)...]).map(Timestamp.init(nanoseconds:))
    }
}
