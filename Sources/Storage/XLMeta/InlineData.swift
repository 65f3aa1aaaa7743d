import Base
import MessagePack

/// The last section of an `xl.meta`: shards that are small enough to lie in the file itself.
///
/// The file's checksum does not cover it: every shard carries its own hashes. So damage in it is no
/// reason to lose the versions; what can be read is kept and ``damage`` says that something was not.
package struct InlineData: Sendable, Equatable {
    struct Entry: Sendable, Equatable {
        let key: String
        var shard: ArraySlice<UInt8>
    }

    static let formatVersion: UInt8 = 1

    private(set) var entries: [Entry] = []

    /// Why a part of the section could not be read; that part is gone when the file is written again.
    package private(set) var damage: XLMetaError?

    package init() {}

    init(parsing section: ArraySlice<UInt8>) {
        guard let version = section.first else { return }
        guard version == Self.formatVersion else {
            damage = .invalidField("inline data version")
            return
        }
        var reader = MessagePackReader(section.dropFirst())
        do {
            for _ in 0..<(try reader.readMap()) {
                let key = try reader.readString()
                entries.append(Entry(key: key, shard: try reader.readBinary()))
            }
        } catch { damage = .malformed(error) }
    }

    package var isEmpty: Bool { entries.isEmpty }

    subscript(versionID: UUID, dataDirectory: UUID?) -> ArraySlice<UInt8>? {
        let keys = Self.keys(of: versionID) + (dataDirectory.map { ["\($0)"] } ?? [])
        for key in keys {
            if let entry = entries.first(where: { $0.key == key }) { return entry.shard }
        }
        return nil
    }

    mutating func set(_ shard: ArraySlice<UInt8>, for versionID: UUID) {
        remove(versionID)
        entries.append(Entry(key: Self.keys(of: versionID)[0], shard: shard))
    }

    /// `dataDirectory` is given when its key is no longer needed by another version either.
    mutating func remove(_ versionID: UUID, dataDirectory: UUID? = nil) {
        let keys = Self.keys(of: versionID) + (dataDirectory.map { ["\($0)"] } ?? [])
        entries.removeAll { keys.contains($0.key) }
    }

    /// The key that is written first; early RustFS spelled the null version out.
    private static func keys(of versionID: UUID) -> [String] {
        versionID == .zero ? ["null", "\(UUID.zero)"] : ["\(versionID)"]
    }

    var sizeEstimate: Int { entries.reduce(8) { $0 + $1.shard.count + 48 } }

    func write(to writer: inout MessagePackWriter) {
        guard !entries.isEmpty else { return }
        writer.write(encoded: [Self.formatVersion])
        writer.writeMap(count: entries.count)
        for entry in entries {
            writer.write(entry.key)
            writer.write(binary: entry.shard)
        }
    }
}
