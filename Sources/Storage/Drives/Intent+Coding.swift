import Base

/// The form of an intent on the drive. Integers are little-endian, strings UTF-8 after a u32 of their size,
/// lists after a u32 of their count.
///
///     0   4   "MTI1"
///     4   4   size of everything, up to and with the chain; what follows belongs to an earlier intent
///     8   16  id
///     24  8   sequence
///     32  2   data shards k
///     34  2   drives in the set
///     36  …   effect: 0 id[16] time i64 (version) | 1 id[16] time i64 (marker) | 2 id[16] (removal)
///                     | 3 number u32, data directory[16], metadata (part)
///                     | 4 id[16] time i64 signature u32 (amendment)
///         …   volume, name, floor, upload (empty: none)
///         1   bit 0: removes the object, bit 1: listed parts follow
///         …   listed part numbers (u32 each), replaced folders, moves
///         8   chain of a ``Fingerprint`` over everything before
///
///     move      from, to, keep, new, old
///     content   0 | 1 size u64, chain u64 | 2 part | 3 list of parts
///     part      number u32, size u64, frame size u32, digests size u64, digests chain u64
extension Intent {
    private static let magic = Array("MTI1".utf8)
    private static let chainSize = 8

    func encoded() -> [UInt8] {
        var bytes = Self.magic + [0, 0, 0, 0] + id.bytes
        bytes.append(integer: sequence)
        bytes.append(integer: UInt16(truncatingIfNeeded: dataShards))
        bytes.append(integer: UInt16(truncatingIfNeeded: setDriveCount))
        bytes.append(effect: effect)
        for text in [path.volume, path.name, floor, upload ?? ""] { bytes.append(text: text) }
        bytes.append((removesObject ? 1 : 0) | (listedParts == nil ? 0 : 2))
        if let listedParts {
            bytes.append(integer: UInt32(listedParts.count))
            for number in listedParts { bytes.append(integer: UInt32(truncatingIfNeeded: number)) }
        }
        bytes.append(integer: UInt32(replaced.count))
        for path in replaced { bytes.append(text: path) }
        bytes.append(integer: UInt32(moves.count))
        for move in moves {
            for text in [move.from, move.to, move.keep] { bytes.append(text: text) }
            for content in [move.new, move.old] { bytes.append(content: content) }
        }
        Swift.withUnsafeBytes(of: UInt32(bytes.count + Self.chainSize).littleEndian) { size in
            for (index, byte) in size.enumerated() { bytes[Self.magic.count + index] = byte }
        }
        bytes.append(integer: Fingerprint(bytes).chain)
        return bytes
    }

    /// `nil` for anything that ``encoded()`` has not written whole.
    ///
    /// - Parameter file: may go on after the intent.
    init?(decoding file: [UInt8]) {
        var head = IntentReader(file[...])
        guard let magic = head.bytes(4), Array(magic) == Self.magic, let size = head.integer(UInt32.self),
            size >= 8 + Self.chainSize, Int(size) <= file.count
        else { return nil }
        let body = Array(file[..<(Int(size) - Self.chainSize)])
        var seal = IntentReader(file[body.count..<Int(size)])
        guard seal.integer(UInt64.self) == Fingerprint(body).chain else { return nil }
        var reader = IntentReader(body[8...])
        guard let id = reader.id(), let sequence = reader.integer(UInt64.self),
            let dataShards = reader.integer(UInt16.self), let setDriveCount = reader.integer(UInt16.self),
            let effect = reader.effect(),
            let volume = reader.text(), let name = reader.text(), let floor = reader.text(),
            let upload = reader.text(), let flags = reader.integer(UInt8.self)
        else { return nil }
        var listedParts: [Int]?
        if flags & 2 != 0 {
            listedParts = reader.list(sizeMin: 4) { $0.integer(UInt32.self).map(Int.init) }
            guard listedParts != nil else { return nil }
        }
        guard let replaced = reader.list(sizeMin: 4, { $0.text() }),
            let moves = reader.list(sizeMin: 14, { $0.move() }), reader.isAtEnd
        else { return nil }
        self.init(
            id: id,
            sequence: sequence,
            path: ObjectPath(volume: volume, name: name),
            effect: effect,
            dataShards: Int(dataShards),
            setDriveCount: Int(setDriveCount),
            moves: moves,
            replaced: replaced,
            upload: upload.isEmpty ? nil : upload,
            listedParts: listedParts,
            floor: floor,
            removesObject: flags & 1 != 0
        )
    }
}

extension [UInt8] {
    fileprivate mutating func append(integer: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: integer.littleEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(text: String) {
        append(integer: UInt32(text.utf8.count))
        append(contentsOf: text.utf8)
    }

    fileprivate mutating func append(effect: OpenTransaction.Effect) {
        switch effect {
        case .version(let id, let modified):
            append(0)
            append(contentsOf: id.bytes)
            append(integer: modified.nanoseconds)
        case .marker(let id, let modified):
            append(1)
            append(contentsOf: id.bytes)
            append(integer: modified.nanoseconds)
        case .removal(let versionID):
            append(2)
            append(contentsOf: versionID.bytes)
        case .part(let number, let dataDirectory, let metadata):
            append(3)
            append(integer: UInt32(truncatingIfNeeded: number))
            append(contentsOf: dataDirectory.bytes)
            append(integer: UInt32(metadata.count))
            append(contentsOf: metadata)
        case .amendment(let id, let modified, let signature):
            append(4)
            append(contentsOf: id.bytes)
            append(integer: modified.nanoseconds)
            append(integer: signature)
        }
    }

    fileprivate mutating func append(content: Move.Content) {
        switch content {
        case .nothing: append(0)
        case .file(let fingerprint):
            append(1)
            append(fingerprint: fingerprint)
        case .part(let part):
            append(2)
            append(part: part)
        case .folder(let parts):
            append(3)
            append(integer: UInt32(parts.count))
            for part in parts { append(part: part) }
        }
    }

    fileprivate mutating func append(fingerprint: Fingerprint) {
        append(integer: fingerprint.size)
        append(integer: fingerprint.chain)
    }

    fileprivate mutating func append(part: StagedPart) {
        append(integer: UInt32(truncatingIfNeeded: part.number))
        append(integer: part.size)
        append(integer: UInt32(truncatingIfNeeded: part.frameSize))
        append(fingerprint: part.digests)
    }
}

/// Reads an intent's fields; `nil` once the bytes end early. Nothing is allocated on the word of a count.
private struct IntentReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func integer<Value: FixedWidthInteger>(_: Value.Type) -> Value? {
        bytes(MemoryLayout<Value>.size)?.reversed().reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    mutating func id() -> UUID? { bytes(16).flatMap { UUID(bytes: $0) } }

    mutating func effect() -> OpenTransaction.Effect? {
        switch integer(UInt8.self) {
        case 0:
            guard let id = id(), let time = integer(Int64.self) else { return nil }
            return .version(id: id, modified: Timestamp(nanoseconds: time))
        case 1:
            guard let id = id(), let time = integer(Int64.self) else { return nil }
            return .marker(id: id, modified: Timestamp(nanoseconds: time))
        case 2: return id().map { .removal(versionID: $0) }
        case 3:
            guard let number = integer(UInt32.self), let dataDirectory = id(),
                let size = integer(UInt32.self), let metadata = bytes(Int(size))
            else { return nil }
            return .part(number: Int(number), dataDirectory: dataDirectory, metadata: Array(metadata))
        case 4:
            guard let id = id(), let time = integer(Int64.self), let signature = integer(UInt32.self) else {
                return nil
            }
            return .amendment(id: id, modified: Timestamp(nanoseconds: time), signature: signature)
        case nil, .some: return nil
        }
    }

    mutating func text() -> String? {
        guard let size = integer(UInt32.self), let bytes = bytes(Int(size)) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    mutating func list<Element>(sizeMin: Int, _ element: (inout Self) -> Element?) -> [Element]? {
        guard let count = integer(UInt32.self), Int(count) <= rest.count / sizeMin else { return nil }
        var elements: [Element] = []
        for _ in 0..<count {
            guard let next = element(&self) else { return nil }
            elements.append(next)
        }
        return elements
    }

    mutating func move() -> Move? {
        guard let from = text(), let to = text(), let keep = text(), let new = content(),
            let old = content()
        else { return nil }
        return Move(from: from, to: to, keep: keep, new: new, old: old)
    }

    mutating func content() -> Move.Content? {
        switch integer(UInt8.self) {
        case 0: .nothing
        case 1: fingerprint().map { .file($0) }
        case 2: part().map { .part($0) }
        case 3: list(sizeMin: 32, { $0.part() }).map { .folder($0) }
        case nil, .some: nil
        }
    }

    mutating func fingerprint() -> Fingerprint? {
        guard let size = integer(Int64.self), let chain = integer(UInt64.self) else { return nil }
        return Fingerprint(size: size, chain: chain)
    }

    mutating func part() -> StagedPart? {
        guard let number = integer(UInt32.self), let size = integer(Int64.self),
            let frameSize = integer(UInt32.self), let digests = fingerprint()
        else { return nil }
        return StagedPart(number: Int(number), size: size, frameSize: Int(frameSize), digests: digests)
    }
}
