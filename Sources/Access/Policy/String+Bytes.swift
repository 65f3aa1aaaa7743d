extension String {
    /// Byte by byte: two Unicode spellings of one letter differ, as they do in names on disk.
    func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension Sequence<String> {
    func containsBytes(of text: String) -> Bool { contains { $0.hasSameBytes(as: text) } }
}
