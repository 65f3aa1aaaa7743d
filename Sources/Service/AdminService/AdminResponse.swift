package import JSON

/// The answer of an operation.
package struct AdminResponse: Sendable {
    package var status: Int
    /// In sending order; without Content-Length.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// To be called once the answer has been sent: what would keep it from arriving.
    package var afterSending: (@Sendable () -> Void)?

    package init(status: Int = 200, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    package init(json: JSONValue) {
        self.init(headers: [("Content-Type", "application/json")], body: json.encoded)
    }

    /// - Parameter isApplied: whether settings that were changed are in force; else clients ask for a restart.
    init(isApplied: Bool) { self.init(headers: isApplied ? [("x-minio-config-applied", "true")] : []) }

    static let empty = AdminResponse()
    static let noContent = AdminResponse(status: 204)
}
