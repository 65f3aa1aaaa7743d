package import HTTP
internal import SigV4

/// A received head as the signature checks read it; nothing is copied.
package struct SignedHead: SignableRequest, Sendable {
    private let head: RequestHead

    package init(_ head: RequestHead) { self.head = head }

    package var methodText: String { head.method.description }
    package var pathBytes: ArraySlice<UInt8> { head.path }
    package var queryBytes: ArraySlice<UInt8> { head.query ?? [] }
    package var fieldCount: Int { head.fields.count }
    package func fieldName(at index: Int) -> ArraySlice<UInt8> { head.fields[index].name }
    package func fieldValue(at index: Int) -> ArraySlice<UInt8> { head.fields[index].value }
}
