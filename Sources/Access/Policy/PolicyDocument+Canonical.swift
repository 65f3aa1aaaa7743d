import JSON

extension PolicyDocument {
    /// The policy in one form whatever its text looked like: elements in a fixed order, lists where one value
    /// would do, no white space.
    package var canonicalText: [UInt8] {
        Self.canonicalText(version: version, id: id, statements: statements).encoded
    }

    static func canonicalText(
        version: PolicyVersion,
        id: String?,
        statements: [PolicyStatement]
    ) -> JSONValue {
        var object = JSONObject()
        object["Version"] = .string(version.rawValue)
        object["Id"] = id.map { .string($0) }
        object["Statement"] = .array(statements.map(\.json))
        return .object(object)
    }
}

extension PolicyStatement {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["Sid"] = sid.map { .string($0) }
        object["Effect"] = .string(effect.rawValue)
        switch principals {
        case .holder: break
        case .principal(let set): object["Principal"] = set.json
        case .notPrincipal(let set): object["NotPrincipal"] = set.json
        }
        switch actions {
        case .action: object["Action"] = .strings(written.actions)
        case .notAction: object["NotAction"] = .strings(written.actions)
        }
        switch resources {
        case .absent: break
        case .resource: object["Resource"] = .strings(written.resources)
        case .notResource: object["NotResource"] = .strings(written.resources)
        }
        if !conditions.isEmpty { object["Condition"] = conditionJSON }
        return .object(object)
    }

    private var conditionJSON: JSONValue {
        var operators = JSONObject()
        for condition in conditions {
            var keys = operators[condition.written.operator]?.object ?? JSONObject()
            keys[condition.written.key] = .strings(condition.written.values)
            operators[condition.written.operator] = .object(keys)
        }
        return .object(operators)
    }
}

extension PrincipalSet {
    fileprivate var json: JSONValue {
        var names: [(kind: String, names: [String])] = [
            ("AWS", (isEverybody ? ["*"] : []) + accounts.map { "arn:aws:iam::\($0):root" } + arns),
            ("CanonicalUser", canonicalIDs),
        ]
        for other in others {
            if let index = names.firstIndex(where: { $0.kind == other.kind }) {
                names[index].names.append(other.name)
            } else {
                names.append((other.kind, [other.name]))
            }
        }
        var object = JSONObject()
        for (kind, names) in names where !names.isEmpty { object[kind] = .strings(names) }
        return .object(object)
    }
}

extension JSONValue {
    fileprivate static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
