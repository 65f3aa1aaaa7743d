/// One line of a Condition element: an operator, a key, and the values it may have.
///
///     key        plain          negated       ForAnyValue    ForAllValues    IfExists
///     missing    false          true          false          true            true, false with ForAnyValue
///     present    some value     no value      some value     every value     as without it
///                matches        matches       fits           fits
///
/// A value fits a negated operator when it matches none of the policy's values. A key without values counts as
/// missing, and to ForAllValues so does one with empty texts only.
struct Condition: Sendable {
    let `operator`: ConditionOperator
    let operand: ConditionOperand
    /// In small letters.
    let key: String
    let written: Written

    /// As the document has it.
    struct Written: Sendable {
        let `operator`: String
        let key: String
        let values: [String]
    }

    /// Whether the condition is met. What cannot be told, because a variable has no value or because the
    /// request's value is of another type, never widens access: it fails a statement that allows and, where the
    /// operator is negated, holds for one that denies.
    func isMet(in context: some RequestContext, effect: Effect) -> Bool {
        let values = context.values(of: key) ?? []
        if case .absence(let wanted) = operand { return wanted.contains(values.isEmpty) }
        let unclearFits = `operator`.isNegated && effect == .deny
        switch `operator`.quantifier {
        case .anyValue:
            return values.contains { fits($0, context, unclearFits) }
        case .allValues:
            if values.allSatisfy(\.isEmpty) { return true }
            return values.allSatisfy { fits($0, context, unclearFits) }
        case nil:
            if values.isEmpty {
                if `operator`.ifExists { return true }
                return `operator`.isNegated && (effect == .deny || operand.isResolvable(in: context))
            }
            return `operator`.isNegated
                ? values.allSatisfy { fits($0, context, unclearFits) }
                : values.contains { fits($0, context, unclearFits) }
        }
    }

    private func fits(_ value: String, _ context: some RequestContext, _ unclearFits: Bool) -> Bool {
        switch operand.finding(of: value, in: context) {
        case .matches: !`operator`.isNegated
        case .differs: `operator`.isNegated
        case .unclear: unclearFits
        }
    }

    /// Whether the answer depends on an object that a request names later.
    var asksForObject: Bool {
        Self.objectKeys.contains(key) || Self.objectKeyPrefixes.contains { key.hasPrefix($0) }
    }

    private static let objectKeys: Set<String> = ["s3:versionid"]
    private static let objectKeyPrefixes = ["s3:existingobjecttag/", "s3:object-lock-", "aws:resourcetag/"]
}
