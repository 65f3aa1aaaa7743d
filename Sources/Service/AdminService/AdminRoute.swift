package import HTTP

/// Which calls an operation answers.
///
///     POST  revoke-tokens/{provider}   ?user=…
///
/// A segment in braces stands for any one. Parameters that must be there are named; others may be.
package struct AdminRoute: Sendable, Hashable {
    package let method: RequestMethod
    /// As written, without the version.
    package let path: String
    /// In the order to be complained about.
    package let requiredParameters: [String]
    private let segments: [String]

    package init(_ method: RequestMethod, _ path: String, needs requiredParameters: String...) {
        (self.method, self.path, self.requiredParameters) = (method, path, requiredParameters)
        segments = path.split(separator: "/").map { String($0) }
    }

    func fits(_ names: [String]) -> Bool {
        names.count == segments.count
            && zip(names, segments).allSatisfy { $1.hasPrefix("{") || $0.utf8.elementsEqual($1.utf8) }
    }

    /// Whether some call fits both.
    func overlaps(_ other: AdminRoute) -> Bool {
        method == other.method && segments.count == other.segments.count
            && zip(segments, other.segments).allSatisfy { $0 == $1 || $0.hasPrefix("{") || $1.hasPrefix("{") }
    }

    /// What stands in a call's path where the route has a segment in braces, in order.
    func values(in names: [String]) -> [String] {
        zip(names, segments).filter { $1.hasPrefix("{") }.map(\.0)
    }
}
