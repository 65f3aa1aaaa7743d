/// A request's head held as plain arrays: what the signers sign. A server conforms its own head to
/// ``SignableRequest`` instead.
package struct RequestHead: SignableRequest, Sendable {
    package var method: String
    package var path: ArraySlice<UInt8>
    package var query: ArraySlice<UInt8>
    package var fields: [(name: String, value: String)]

    /// `target` is what stands in the request line: percent-encoded path and, behind `?`, the query.
    package init(method: String, target: String, fields: [(name: String, value: String)]) {
        self.method = method
        let bytes = Array(target.utf8)
        let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        path = bytes[..<mark]
        query = bytes[mark...].dropFirst()
        self.fields = fields
    }

    /// Path and query as they stand in the request line.
    package var target: String {
        String(decoding: query.isEmpty ? path : path + [UInt8(ascii: "?")] + query, as: UTF8.self)
    }

    package var fieldCount: Int { fields.count }
    package func fieldName(at index: Int) -> ArraySlice<UInt8> { ArraySlice(fields[index].name.utf8) }
    package func fieldValue(at index: Int) -> ArraySlice<UInt8> { ArraySlice(fields[index].value.utf8) }
}
