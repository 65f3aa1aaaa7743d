import JSON

/// One file of a change: its new bytes, or `nil` for its removal.
struct FileChange: Sendable, Equatable {
    let path: ItemPath
    let bytes: [UInt8]?
}

/// A change of several files, written down before the first of them is touched.
///
///     write change.json ──▶ write and remove its files, in stages ──▶ remove change.json
///     │                 │                                        │
///     │ crash: old      │ crash: the next start finishes it: new │ crash: the same again, which changes nothing
///
///     {"version":1,"files":[{"path":"config/iam/…","content":"{…}"},{"path":"config/iam/…","content":null}]}
struct Journal: Sendable, Equatable {
    let files: [FileChange]

    /// Far more than the largest change: the removal of a user with a hundred thousand sessions.
    static let sizeMax = 64 << 20

    init(_ files: [FileChange]) { self.files = files }

    init(parsing text: [UInt8]) throws(ItemError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(
                parsing: text,
                sizeMax: Self.sizeMax,
                depthMax: 4,
                allowsRepeatedKeys: false
            )
        } catch {
            throw .malformedJSON(error)
        }
        guard let version = value.object?["version"]?.number?.integer(as: Int.self) else {
            throw .malformed(member: "version")
        }
        guard version == 1 else { throw .unsupportedVersion(version) }
        guard let entries = value.object?["files"]?.array else { throw .malformed(member: "files") }
        var files: [FileChange] = []
        for value in entries {
            let entry = value.object ?? JSONObject()
            guard let text = entry["path"]?.string, let path = ItemPath(text), path != .journal else {
                throw .malformed(member: "path")
            }
            switch entry["content"] {
            case .null: files.append(FileChange(path: path, bytes: nil))
            case .string(let content): files.append(FileChange(path: path, bytes: Array(content.utf8)))
            case nil, .boolean, .number, .array, .object: throw .malformed(member: "content")
            }
        }
        self.files = files
    }

    /// The files that may be touched at once, in the order in which their turn comes: neighbours of one kind, each
    /// file once.
    var stages: [ArraySlice<FileChange>] {
        var stages: [ArraySlice<FileChange>] = []
        var (start, paths): (Int, Set<ItemPath>) = (0, [])
        for (index, file) in files.enumerated() {
            if index > start, files[start].path.kind != file.path.kind || paths.contains(file.path) {
                stages.append(files[start..<index])
                (start, paths) = (index, [])
            }
            paths.insert(file.path)
        }
        if start < files.count { stages.append(files[start...]) }
        return stages
    }

    var encoded: [UInt8] {
        let files = files.map { file -> JSONValue in
            [
                "path": .string(file.path.path),
                "content": file.bytes.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null,
            ]
        }
        let document: JSONValue = ["version": .integer(1), "files": .array(files)]
        return document.encoded
    }
}
