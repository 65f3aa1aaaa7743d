internal import Base

/// Each change's text in a file of its own, by an id.
extension SettingStore {
    struct HistoryEntry: Equatable {
        let id: String
        let createdAt: Timestamp
        let text: String
    }

    private static let prefix = "config/history/"
    private static let suffix = ".kv"

    /// History files of MinIO's have their time from the drive; ours say it in a comment.
    func remember(_ text: [UInt8]) async throws(AdminError) {
        let header = Array("# \(time.now.iso8601Milliseconds)\n".utf8)
        try await writeFile(Self.prefix + "\(randomness.uuid())" + Self.suffix, header + text)
    }

    /// Newest first.
    func history(countMax: Int) async throws(AdminError) -> [HistoryEntry] {
        var entries: [HistoryEntry] = []
        for path in try await listFiles(Self.prefix) where path.hasSuffix(Self.suffix) {
            guard let bytes = try await readFile(path) else { continue }
            let id = String(path.dropFirst(Self.prefix.count).dropLast(Self.suffix.count))
            let (createdAt, text) = Self.parse(bytes)
            entries.append(HistoryEntry(id: id, createdAt: createdAt, text: text))
        }
        entries.sort { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
        return Array(entries.prefix(countMax))
    }

    private static func parse(_ bytes: [UInt8]) -> (Timestamp, String) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstIndex(of: "\n"), text.hasPrefix("# "),
            let time = Timestamp(iso8601: text[..<end].dropFirst(2))
        else { return (.epoch, text) }
        return (time, String(text[text.index(after: end)...]))
    }

    /// Removes one entry, or all for the id `all`.
    func clearHistory(_ id: String) async throws(AdminError) {
        if id == "all" {
            for path in try await listFiles(Self.prefix) { try await removeFile(path) }
        } else {
            _ = try await historyText(id)
            try await removeFile(Self.prefix + id + Self.suffix)
        }
    }

    /// Sets again what an entry set, and removes the entry.
    ///
    /// - Returns: whether all that is stored is in force now.
    func restore(_ id: String) async throws(AdminError) -> Bool {
        let lines = try SettingLine.lines(Array(try await historyText(id).utf8))
        let isInForce = try await change { (stored: inout StoredSettings) throws(AdminError) in
            for line in lines { try self.apply(line, to: &stored) }
        }
        try await removeFile(Self.prefix + id + Self.suffix)
        return isInForce
    }

    private func historyText(_ id: String) async throws(AdminError) -> String {
        guard !id.isEmpty, id.utf8.count <= 64, id.utf8.allSatisfy(\.isIDByte),
            let bytes = try await readFile(Self.prefix + id + Self.suffix)
        else { throw AdminError(.configNotFound) }
        return Self.parse(bytes).1
    }
}

extension UInt8 {
    /// Letters, digits and `-`, as in the ids of history entries.
    fileprivate var isIDByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
