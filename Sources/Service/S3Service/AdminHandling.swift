package import S3API

/// Answers the administration interface: every request whose path begins with one of ``AdminPath/prefixes``,
/// except below a virtual host, where it is a key. The server wires one in; without it such requests are answered
/// NotImplemented.
package protocol AdminHandling: Sendable {
    /// Called once the request's signature was checked; which rights it needs is for the handler to ask
    /// (``AdminRequest/access``) before it does anything else.
    func answer(_ request: AdminRequest<some RequestSource>) async -> AdminAnswer

    /// What was refused before that, such as a wrong signature, in the form that clients of the interface read.
    func answer(to error: S3Error, path: String, requestID: RequestID) -> AdminAnswer
}

/// Where the administration interface lives.
package enum AdminPath {
    package static let prefixes = ["/minio/admin/", "/rustfs/admin/"]

    /// - Parameter path: the target up to `?`, as sent. No bucket is named `minio`; in one named `rustfs` the keys
    ///   below `admin/` are out of reach, as in RustFS.
    package static func contains(_ path: ArraySlice<UInt8>) -> Bool {
        prefixes.contains { path.starts(with: $0.utf8) }
    }
}

/// The answer to an administrative request. Request id, date and the server's name are added by the server.
package struct AdminAnswer: Sendable {
    /// For the access log, such as `AddUser`.
    package var operation: String
    /// 200...599.
    package var status: Int
    /// In sending order; without Content-Length.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// For the access log; `nil` for a success.
    package var errorCode: String?
    /// Runs when the answer was handed to the kernel, as a restart must.
    package var afterwards: (@Sendable () -> Void)?

    package init(
        operation: String,
        status: Int = 200,
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        errorCode: String? = nil,
        afterwards: (@Sendable () -> Void)? = nil
    ) {
        (self.operation, self.status, self.headers) = (operation, status, headers)
        (self.body, self.errorCode, self.afterwards) = (body, errorCode, afterwards)
    }
}
