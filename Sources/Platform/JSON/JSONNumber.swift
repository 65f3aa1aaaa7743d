/// A number as the text spells it: nothing is lost between reading and writing.
package struct JSONNumber: Sendable, Hashable {
    /// The literal, in RFC 8259's grammar.
    package let literal: String

    package init(_ value: some BinaryInteger) { literal = String(value) }

    /// The parser has checked the grammar.
    init(literal: String) { self.literal = literal }

    /// `nil` when it has a fraction or an exponent, or does not fit.
    package func integer<Value: FixedWidthInteger>(as type: Value.Type = Value.self) -> Value? {
        Value(literal)
    }

    /// The nearest double; infinite when the exponent is out of its range.
    package var double: Double { Double(literal) ?? .nan }
}
