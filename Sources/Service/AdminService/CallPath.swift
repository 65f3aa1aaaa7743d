internal import Base

/// What the path of a request means to the administration interface.
///
///     /minio/admin/v3/idp/builtin/policy/attach      encrypted bodies, as MinIO's clients want them
///     /rustfs/admin/v3/idp/builtin/policy/attach     plain JSON
package enum CallPath: Sendable, Hashable {
    package enum Dialect: Sendable, Hashable, CaseIterable {
        /// Bodies with secrets, and answers to those calls, are encrypted under the caller's secret key.
        case encrypted
        case plain

        var prefix: String {
            switch self {
            case .encrypted: "/minio/admin/"
            case .plain: "/rustfs/admin/"
            }
        }
    }

    /// Decoded segments behind the version; none is empty.
    case call(Dialect, [String])
    /// Another version than 3.
    case otherVersion(String)
    /// Not percent-encoded UTF-8, or without a version.
    case malformed

    /// `nil` for a path that is not the administration interface's.
    ///
    /// - Parameter path: as sent, from the first slash to before the `?`.
    package init?(_ path: some Collection<UInt8>) {
        guard let dialect = Dialect.allCases.first(where: { path.starts(with: $0.prefix.utf8) }) else {
            return nil
        }
        let rest = path.dropFirst(dialect.prefix.utf8.count)
        let segments = rest.split(separator: UInt8(ascii: "/")).map { segment -> String? in
            PercentCoding.decode(segment).flatMap { String(validating: $0, as: UTF8.self) }
        }
        guard let version = segments.first ?? nil, !segments.contains(nil) else {
            self = .malformed
            return
        }
        let names = segments.dropFirst().compactMap { $0 }
        self = version == "v3" ? .call(dialect, names) : .otherVersion(version)
    }
}
