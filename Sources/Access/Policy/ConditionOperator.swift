/// A condition's operator, such as `ForAnyValue:StringNotLikeIfExists`.
struct ConditionOperator: Sendable, Hashable {
    enum Relation: Sendable, Hashable {
        case equal
        case less
        case lessOrEqual
        case greater
        case greaterOrEqual

        func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
            switch self {
            case .equal: left == right
            case .less: left < right
            case .lessOrEqual: left <= right
            case .greater: left > right
            case .greaterOrEqual: left >= right
            }
        }
    }

    enum Comparison: Sendable, Hashable {
        case stringEquals
        case stringEqualsIgnoreCase
        case stringLike
        case numeric(Relation)
        case date(Relation)
        case bool
        case binaryEquals
        case ipAddress
        case arn
        case null
    }

    /// What a key with several values is asked.
    enum Quantifier: Sendable, Hashable {
        case anyValue
        case allValues
    }

    let comparison: Comparison
    let isNegated: Bool
    let quantifier: Quantifier?
    let ifExists: Bool

    /// Letters may be of either case.
    init?(_ name: String) {
        var rest = name.lowercased()[...]
        if rest.hasPrefix("foranyvalue:") {
            quantifier = .anyValue
            rest = rest.dropFirst("foranyvalue:".count)
        } else if rest.hasPrefix("forallvalues:") {
            quantifier = .allValues
            rest = rest.dropFirst("forallvalues:".count)
        } else {
            quantifier = nil
        }
        ifExists = rest.hasSuffix("ifexists")
        if ifExists { rest = rest.dropLast("ifexists".count) }
        guard let (comparison, isNegated) = Self.comparisons[String(rest)] else { return nil }
        if comparison == .null, ifExists || quantifier != nil { return nil }
        (self.comparison, self.isNegated) = (comparison, isNegated)
    }

    private static let comparisons: [String: (Comparison, isNegated: Bool)] = [
        "stringequals": (.stringEquals, false), "stringnotequals": (.stringEquals, true),
        "stringequalsignorecase": (.stringEqualsIgnoreCase, false),
        "stringnotequalsignorecase": (.stringEqualsIgnoreCase, true),
        "stringlike": (.stringLike, false), "stringnotlike": (.stringLike, true),
        "numericequals": (.numeric(.equal), false), "numericnotequals": (.numeric(.equal), true),
        "numericlessthan": (.numeric(.less), false),
        "numericlessthanequals": (.numeric(.lessOrEqual), false),
        "numericgreaterthan": (.numeric(.greater), false),
        "numericgreaterthanequals": (.numeric(.greaterOrEqual), false),
        "dateequals": (.date(.equal), false), "datenotequals": (.date(.equal), true),
        "datelessthan": (.date(.less), false), "datelessthanequals": (.date(.lessOrEqual), false),
        "dategreaterthan": (.date(.greater), false),
        "dategreaterthanequals": (.date(.greaterOrEqual), false),
        "bool": (.bool, false), "binaryequals": (.binaryEquals, false),
        "ipaddress": (.ipAddress, false), "notipaddress": (.ipAddress, true),
        "arnequals": (.arn, false), "arnlike": (.arn, false),
        "arnnotequals": (.arn, true), "arnnotlike": (.arn, true),
        "null": (.null, false),
    ]
}
