/// A number in a policy or a request: whole numbers compare exactly, others as doubles.
struct PolicyNumber: Sendable, Comparable {
    private let integer: Int64?
    private let double: Double

    /// Decimal notation with an optional sign, fraction and exponent; `nil` for anything else and for what
    /// is out of a double's range.
    init?(_ text: String) {
        guard Self.isDecimal(text), let double = Double(text), double.isFinite else { return nil }
        self.double = double
        integer = Int64(text)
    }

    static func < (left: Self, right: Self) -> Bool {
        if let left = left.integer, let right = right.integer { return left < right }
        return left.double < right.double
    }

    static func == (left: Self, right: Self) -> Bool {
        if let left = left.integer, let right = right.integer { return left == right }
        return left.double == right.double
    }

    /// `Double` alone would also read `nan`, `infinity` and hexadecimal.
    private static func isDecimal(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
                    UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
                    true
                default: false
                }
            }
    }
}
