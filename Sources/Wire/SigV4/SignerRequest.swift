/// A request's head held as plain arrays: what the signers sign. A server conforms its own head to
/// ``SignableRequest`` instead.
package struct SignerRequest: SignableRequest, Sendable {
    package var methodText: String
    package var pathBytes: ArraySlice<UInt8>
    package var queryBytes: ArraySlice<UInt8>
    package var fields: [(name: String, value: String)]

    /// `target` is what stands in the request line: percent-encoded path and, behind `?`, the query.
    package init(method: String, target: String, fields: [(name: String, value: String)]) {
        methodText = method
        let bytes = Array(target.utf8)
        let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        pathBytes = bytes[..<mark]
        queryBytes = bytes[mark...].dropFirst()
        self.fields = fields
    }

    /// Path and query as they stand in the request line.
    package var target: String {
        String(
            decoding: queryBytes.isEmpty ? pathBytes : pathBytes + [UInt8(ascii: "?")] + queryBytes,
            as: UTF8.self
        )
    }

    package var fieldCount: Int { fields.count }
    package func fieldName(at index: Int) -> ArraySlice<UInt8> { ArraySlice(fields[index].name.utf8) }
    package func fieldValue(at index: Int) -> ArraySlice<UInt8> { ArraySlice(fields[index].value.utf8) }
}
