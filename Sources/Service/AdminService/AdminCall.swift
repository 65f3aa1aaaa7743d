package import HTTP
package import IAM
package import S3API

/// A call of the administration interface: its sender is known, its body has not been touched.
package struct AdminCall: Sendable {
    package let method: RequestMethod
    package let dialect: CallPath.Dialect
    /// Behind the version, decoded.
    package let names: [String]
    package let query: QueryString
    package let contentType: String?
    package let caller: SignedIdentity

    package init(
        method: RequestMethod,
        dialect: CallPath.Dialect,
        names: [String],
        query: QueryString,
        contentType: String? = nil,
        caller: SignedIdentity
    ) {
        (self.method, self.dialect, self.names) = (method, dialect, names)
        (self.query, self.contentType, self.caller) = (query, contentType, caller)
    }

    /// A parameter that must be there and not be empty.
    func parameter(_ name: String) throws(AdminError) -> String {
        guard let value = query[name], !value.isEmpty else {
            throw AdminError(.invalidArgument, "The parameter '\(name)' is missing.")
        }
        return value
    }

    /// `nil` when it is absent or empty.
    func optionalParameter(_ name: String) -> String? { query[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// Every value of a parameter that may be repeated.
    func parameters(_ name: String) -> [String] {
        query.items.filter { $0.name == name && !$0.value.isEmpty }.map(\.value)
    }

    /// Whether it is there, with or without a value.
    func has(_ name: String) -> Bool { query.contains(name) }

    func isTrue(_ name: String) -> Bool { query[name] == "true" }

    /// The value of a parameter that is `enabled` or `disabled`.
    func status() throws(AdminError) -> AccountStatus {
        guard let status = AccountStatus(rawValue: try parameter("status")) else {
            throw AdminError(.invalidArgument, "The parameter 'status' is 'enabled' or 'disabled'.")
        }
        return status
    }

    /// Whether `name` is the caller, or the user it was made for.
    func isCaller(_ name: String) -> Bool {
        name.utf8.elementsEqual(caller.accessKey.utf8) || name.utf8.elementsEqual(caller.userName.utf8)
    }

}
