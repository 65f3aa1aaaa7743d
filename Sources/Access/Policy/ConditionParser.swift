import JSON

/// Reads a Condition element.
struct ConditionParser {
    let hasVariables: Bool
    let isStrict: Bool
    let place: PolicyError.Place

    func parse(_ value: JSONValue?) throws(PolicyError) -> [Condition] {
        switch value {
        case nil: return []
        case .object(let operators)?:
            var conditions: [Condition] = []
            for member in operators.members {
                conditions += try parse(member.value, operatorName: member.key)
            }
            return conditions
        case .null?, .boolean?, .number?, .string?, .array?:
            throw .invalidType(element: "Condition", expected: "an object of operators", place)
        }
    }

    private func parse(_ value: JSONValue, operatorName: String) throws(PolicyError) -> [Condition] {
        guard let `operator` = ConditionOperator(operatorName) else {
            throw .unknownOperator(operatorName, place)
        }
        guard let keys = value.object else {
            throw .invalidType(
                element: "Condition \(operatorName)",
                expected: "an object of keys and values",
                place
            )
        }
        var conditions: [Condition] = []
        for member in keys.members {
            if isStrict, !ConditionKeys.isKnown(member.key) { throw .unknownConditionKey(member.key, place) }
            let values = try texts(member.value, "Condition \(operatorName) \(member.key)")
            do throws(ConditionOperand.InvalidValue) {
                let operand = try ConditionOperand(
                    values,
                    for: `operator`.comparison,
                    hasVariables: hasVariables
                )
                conditions.append(
                    Condition(
                        operator: `operator`,
                        operand: operand,
                        key: member.key.lowercased(),
                        written: .init(operator: operatorName, key: member.key, values: values)
                    )
                )
            } catch {
                throw .invalidConditionValue(
                    error.value,
                    operator: operatorName,
                    key: member.key,
                    expected: error.expected,
                    place
                )
            }
        }
        return conditions
    }

    /// One value or a list; numbers and booleans may stand without quotes.
    private func texts(_ value: JSONValue, _ element: String) throws(PolicyError) -> [String] {
        var texts: [String] = []
        for value in value.array ?? [value] {
            switch value {
            case .string(let text): texts.append(text)
            case .number(let number): texts.append(number.literal)
            case .boolean(let boolean): texts.append(boolean ? "true" : "false")
            case .null, .array, .object:
                throw .invalidType(element: element, expected: "a value or a list of values", place)
            }
        }
        return texts
    }
}
