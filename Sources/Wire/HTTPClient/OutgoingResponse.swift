/// An answer, read to its end. Printing it shows the status and the body's size.
package struct OutgoingResponse: Sendable {
    package let status: Int
    /// In the order they came; names as the server spells them.
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    /// The first header of that name, in any case.
    package func value(of name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name.lowercased() == name }?.value
    }
}

extension OutgoingResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(status), \(body.count) bytes" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
