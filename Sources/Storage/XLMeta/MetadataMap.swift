import MessagePack

/// Metadata keys and values in the order they are on disk, so that what was read is written back the
/// same. Values are bytes: a user's header need not be UTF-8, and some internal values are binary.
///
/// Keys are compared byte by byte; where no exact key is there, ASCII case is ignored, because
/// servers have stored the same key in several cases.
package struct MetadataMap: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package let key: String
        package fileprivate(set) var value: [UInt8]
    }

    package private(set) var entries: [Entry] = []

    package init() {}

    package init(_ pairs: some Sequence<(key: String, value: [UInt8])>) {
        for (key, value) in pairs { self[key] = value }
    }

    package var isEmpty: Bool { entries.isEmpty }
    package var count: Int { entries.count }

    /// Setting replaces the value of the found key, keeping that key's spelling and place; setting
    /// `nil` removes the key in every case it is there.
    package subscript(key: String) -> [UInt8]? {
        get { index(of: key).map { entries[$0].value } }
        set {
            switch (index(of: key), newValue) {
            case (let index?, let value?): entries[index].value = value
            case (nil, let value?): entries.append(Entry(key: key, value: value))
            case (_, nil): entries.removeAll { $0.key.isEqualIgnoringCase(to: key) }
            }
        }
    }

    /// The value as text; `nil` when it is absent or not UTF-8.
    package func text(_ key: String) -> String? {
        self[key].flatMap { String(validating: $0, as: UTF8.self) }
    }

    package mutating func set(_ key: String, text: String?) { self[key] = text.map { Array($0.utf8) } }

    private func index(of key: String) -> Int? {
        entries.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
            ?? entries.firstIndex { $0.key.isEqualIgnoringCase(to: key) }
    }
}

extension MetadataMap: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { (key: $0, value: Array($1.utf8)) })
    }
}

extension MetadataMap {
    /// How the values are written: internal ones as blobs, users' as strings.
    enum ValueForm { case binary, string }

    /// Reads a map of strings to strings or blobs; `nil` for a nil value.
    init?(from reader: inout MessagePackReader) throws(MessagePackError) {
        if try reader.readNull() { return nil }
        let count = try reader.readMap()
        for _ in 0..<count {
            let key = try reader.readString()
            let isString = try reader.nextKind() == .string
            let value = isString ? try reader.readStringBytes() : try reader.readBinary()
            entries.append(Entry(key: key, value: Array(value)))
        }
    }

    func write(to writer: inout MessagePackWriter, as form: ValueForm) {
        writer.writeMap(count: entries.count)
        for entry in entries {
            writer.write(entry.key)
            switch form {
            case .binary: writer.write(binary: entry.value)
            case .string: writer.write(string: entry.value)
            }
        }
    }
}

extension String {
    /// ASCII letters of either case are the same; every other byte only itself.
    func isEqualIgnoringCase(to other: String) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { $0 == $1 || $0.lowerCased == $1.lowerCased }
    }
}

extension UInt8 {
    fileprivate var lowerCased: UInt8 { (0x41...0x5a).contains(self) ? self | 0x20 : self }
}
