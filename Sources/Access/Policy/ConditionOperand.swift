import Base

/// A condition's values, read as its operator wants them.
enum ConditionOperand: Sendable {
    case texts([TextTemplate], isFolded: Bool)
    case numbers([PolicyNumber], ConditionOperator.Relation)
    case dates([PolicyDate], ConditionOperator.Relation)
    case booleans([Bool])
    case binaries([[UInt8]])
    case networks([IPNetwork])
    case arns([ARNTemplate])
    /// Whether the key must be absent.
    case absence([Bool])

    /// Throws the value that the operator cannot compare with, and what it should be.
    init(
        _ values: [String],
        for comparison: ConditionOperator.Comparison,
        hasVariables: Bool
    ) throws(InvalidValue) {
        switch comparison {
        case .stringEquals:
            self = .texts(try Self.templates(values, false, hasVariables), isFolded: false)
        case .stringLike:
            self = .texts(try Self.templates(values, true, hasVariables), isFolded: false)
        case .stringEqualsIgnoreCase:
            let folded = values.map { $0.lowercased() }
            self = .texts(try Self.templates(folded, false, hasVariables), isFolded: true)
        case .numeric(let relation):
            self = .numbers(try Self.read(values, "a number", PolicyNumber.init), relation)
        case .date(let relation):
            self = .dates(
                try Self.read(
                    values,
                    "a date such as 2026-02-12T08:49:37Z or epoch seconds",
                    PolicyDate.init
                ),
                relation
            )
        case .bool: self = .booleans(try Self.read(values, "true or false", Self.boolean))
        case .null: self = .absence(try Self.read(values, "true or false", Self.boolean))
        case .binaryEquals:
            self = .binaries(try Self.read(values, "base64") { Base64.standard.decode($0) })
        case .ipAddress:
            self = .networks(
                try Self.read(values, "an IP address or a network such as 192.0.2.0/24", IPNetwork.init)
            )
        case .arn:
            self = .arns(
                try Self.read(values, "an ARN with six parts") {
                    ARNTemplate($0, hasVariables: hasVariables)
                }
            )
        }
    }

    struct InvalidValue: Error {
        let value: String
        let expected: String
    }

    private static func templates(
        _ values: [String],
        _ hasWildcards: Bool,
        _ hasVariables: Bool
    ) throws(InvalidValue) -> [TextTemplate] {
        try read(values, "text with whole variables (${key} or ${key, 'default'})") {
            TextTemplate($0, hasWildcards: hasWildcards, hasVariables: hasVariables)
        }
    }

    private static func read<Value>(
        _ values: [String],
        _ expected: String,
        _ read: (String) -> Value?
    ) throws(InvalidValue) -> [Value] {
        var result: [Value] = []
        for value in values {
            guard let one = read(value) else { throw InvalidValue(value: value, expected: expected) }
            result.append(one)
        }
        return result
    }

    private static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true": true
        case "false": false
        default: nil
        }
    }
}

extension ConditionOperand {
    /// What comparing one value of the request with all of the policy's says.
    enum Finding {
        case matches
        case differs
        /// Cannot be told: a variable without a value, or a request's value of another type.
        case unclear
    }

    /// Compares request values one by one with operands whose variables were resolved once.
    func finding(of value: String, in context: some RequestContext) -> Finding {
        switch self {
        case .texts(let templates, let isFolded):
            return Self.finding(of: isFolded ? value.lowercased() : value, templates, isFolded, context)
        case .numbers(let numbers, let relation):
            guard let number = PolicyNumber(value) else { return .unclear }
            return numbers.contains { relation.holds(number, $0) } ? .matches : .differs
        case .dates(let dates, let relation):
            guard let date = PolicyDate(value) else { return .unclear }
            return dates.contains { relation.holds(date, $0) } ? .matches : .differs
        case .booleans(let booleans):
            guard let boolean = Self.boolean(value) else { return .unclear }
            return booleans.contains(boolean) ? .matches : .differs
        case .binaries(let binaries):
            guard let binary = Base64.standard.decode(value) else { return .unclear }
            return binaries.contains(binary) ? .matches : .differs
        case .networks(let networks):
            guard let address = IPNetwork(value) else { return .unclear }
            return networks.contains { $0.contains(address) } ? .matches : .differs
        case .arns(let templates): return Self.finding(of: value, templates, context)
        case .absence: preconditionFailure("Null asks for the key, not for a value")
        }
    }

    /// The keys of its variables.
    var contextKeys: [String] {
        switch self {
        case .texts(let templates, _): templates.flatMap(\.contextKeys)
        case .arns(let templates): templates.flatMap(\.contextKeys)
        case .numbers, .dates, .booleans, .binaries, .networks, .absence: []
        }
    }

    /// Whether every variable has a value.
    func isResolvable(in context: some RequestContext) -> Bool {
        switch self {
        case .texts(let templates, _):
            templates.allSatisfy { !$0.hasVariables || $0.resolved(in: context) != nil }
        case .arns(let templates):
            templates.allSatisfy { !$0.hasVariables || $0.resolved(in: context) != nil }
        case .numbers, .dates, .booleans, .binaries, .networks, .absence: true
        }
    }

    private static func finding(
        of value: String,
        _ templates: [TextTemplate],
        _ isFolded: Bool,
        _ context: some RequestContext
    ) -> Finding {
        var isUnclear = false
        for template in templates {
            switch template.form {
            case .fixed(let pattern):
                if pattern.matches(value) { return .matches }
            case .variable:
                guard let pattern = template.resolved(in: context) else {
                    isUnclear = true
                    continue
                }
                if isFolded, let text = pattern.exactText {
                    if text.lowercased().hasSameBytes(as: value) { return .matches }
                } else if pattern.matches(value) {
                    return .matches
                }
            }
        }
        return isUnclear ? .unclear : .differs
    }

    private static func finding(
        of value: String,
        _ templates: [ARNTemplate],
        _ context: some RequestContext
    ) -> Finding {
        var isUnclear = false
        for template in templates {
            guard let resolved = template.resolved(in: context) else {
                isUnclear = true
                continue
            }
            if resolved.matches(value) { return .matches }
        }
        return isUnclear ? .unclear : .differs
    }
}
