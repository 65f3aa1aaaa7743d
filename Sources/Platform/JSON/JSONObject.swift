/// Members in the order they were first set. Keys are compared byte by byte: two Unicode spellings of
/// one letter are two keys.
package struct JSONObject: Sendable {
    package struct Member: Sendable {
        package let key: String
        package fileprivate(set) var value: JSONValue
    }

    package private(set) var members: [Member] = []

    /// Where a key is, built once there are more members than a scan is good for.
    private var indices: [[UInt8]: Int] = [:]
    private static let scannedCountMax = 8

    package init() {}

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }

    /// Setting a present key keeps its place; setting `nil` removes it in time linear in `count`.
    package subscript(key: String) -> JSONValue? {
        get { index(of: key).map { members[$0].value } }
        set {
            switch (index(of: key), newValue) {
            case (let index?, let value?): members[index].value = value
            case (nil, let value?): append(Member(key: key, value: value))
            case (let index?, nil): remove(at: index)
            case (nil, nil): break
            }
        }
    }

    private func index(of key: String) -> Int? {
        guard indices.isEmpty else { return indices[Array(key.utf8)] }
        return members.firstIndex { $0.key.utf8.elementsEqual(key.utf8) }
    }

    private mutating func append(_ member: Member) {
        members.append(member)
        if indices.isEmpty {
            if members.count > Self.scannedCountMax { rebuildIndices() }
        } else {
            indices[Array(member.key.utf8)] = members.count - 1
        }
    }

    private mutating func remove(at index: Int) {
        members.remove(at: index)
        indices = [:]
        if members.count > Self.scannedCountMax { rebuildIndices() }
    }

    private mutating func rebuildIndices() {
        for (index, member) in members.enumerated() { indices[Array(member.key.utf8)] = index }
    }
}

extension JSONObject: Equatable {
    /// The same members, in any order.
    package static func == (left: Self, right: Self) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
    }
}
