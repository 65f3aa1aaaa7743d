/// The value of a record's field.
package enum LogValue: Sendable, Equatable {
    case text(String)
    case integer(Int64)
    case boolean(Bool)
}

extension LogValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
}

extension LogValue {
    /// A count or a size. One beyond 63 bits is written as text, which loses nothing.
    package static func count(_ value: some BinaryInteger) -> Self {
        Int64(exactly: value).map { .integer($0) } ?? .text(String(value))
    }

    /// An error, a path, an identifier: what `description` says of it, so a ``Secret`` stays one.
    package static func of(_ value: some Any) -> Self { .text(String(describing: value)) }
}

/// A named value of a record. Order is kept; a name that occurs twice is written twice in the human form.
package struct LogField: Sendable, Equatable {
    package let name: String
    package let value: LogValue

    package init(_ name: String, _ value: LogValue) { (self.name, self.value) = (name, value) }
}
