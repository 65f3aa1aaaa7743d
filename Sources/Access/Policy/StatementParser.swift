import JSON

/// Reads one statement.
struct StatementParser {
    let kind: PolicyKind
    let origin: PolicyOrigin
    let hasVariables: Bool
    /// Of the statement, from 1.
    let number: Int

    var isStrict: Bool { kind.isBucketPolicy && origin == .submitted }

    private static let elements = [
        "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource",
        "Condition",
    ]

    func parse(_ value: JSONValue) throws(PolicyError) -> PolicyStatement {
        let anonymous = PolicyError.Place.statement(number: number, sid: nil)
        guard let object = value.object else {
            throw .invalidType(element: "Statement", expected: "an object", anonymous)
        }
        let named = object["Sid"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let place = PolicyError.Place.statement(number: number, sid: named)
        let elements = try Elements(
            object,
            known: Self.elements,
            place: place,
            foldsNames: !isStrict,
            refusesUnknown: origin == .submitted,
            emptyMeansAbsent: !isStrict
        )
        let sid = try string("Sid", elements, place).flatMap { $0.isEmpty ? nil : $0 }
        guard let effectName = try string("Effect", elements, place) else {
            throw .missingElement("Effect", place)
        }
        guard let effect = Effect(rawValue: effectName) else { throw .invalidEffect(effectName, place) }
        let principals = try parsePrincipals(elements, effect, place)
        let actions = try parseActions(elements, place)
        let resources = try parseResources(elements, actions.actions, place)
        let conditions = try ConditionParser(hasVariables: hasVariables, isStrict: isStrict, place: place)
            .parse(elements["Condition"])
        let statement = PolicyStatement(
            sid: sid,
            effect: effect,
            principals: principals,
            actions: actions.actions,
            resources: resources.resources,
            conditions: conditions,
            written: .init(actions: actions.written, resources: resources.written)
        )
        if isStrict, case .bucket(let bucket) = kind {
            try BucketPolicyRules(bucket: bucket, place: place).check(statement, resources.templates)
        }
        return statement
    }

    private func string(
        _ name: String,
        _ elements: Elements,
        _ place: PolicyError.Place
    ) throws(PolicyError) -> String? {
        guard let value = elements[name] else { return nil }
        guard let text = value.string else {
            throw .invalidType(element: name, expected: "a string", place)
        }
        return text
    }

    private func parsePrincipals(
        _ elements: Elements,
        _ effect: Effect,
        _ place: PolicyError.Place
    ) throws(PolicyError) -> PolicyStatement.Principals {
        let (principal, notPrincipal) = (elements["Principal"], elements["NotPrincipal"])
        guard kind.isBucketPolicy else {
            if origin == .submitted {
                if principal != nil { throw .misplacedElement("Principal", place) }
                if notPrincipal != nil { throw .misplacedElement("NotPrincipal", place) }
            }
            return .holder
        }
        let parser = PrincipalParser(isStrict: isStrict, place: place)
        switch (principal, notPrincipal) {
        case (nil, nil): throw .missingElement("Principal", place)
        case (_?, _?): throw .exclusiveElements("Principal", "NotPrincipal", place)
        case (let value?, nil): return .principal(try parser.parse(value, element: "Principal"))
        case (nil, let value?):
            if effect == .allow, isStrict { throw .allowWithNotPrincipal(place) }
            return .notPrincipal(try parser.parse(value, element: "NotPrincipal"))
        }
    }

    private func parseActions(
        _ elements: Elements,
        _ place: PolicyError.Place
    ) throws(PolicyError) -> (actions: PolicyStatement.Actions, written: [String]) {
        switch (elements["Action"], elements["NotAction"]) {
        case (nil, nil): throw .missingElement("Action", place)
        case (_?, _?): throw .exclusiveElements("Action", "NotAction", place)
        case (let value?, nil):
            let names = try value.strings("Action", place)
            return (.action(ActionSet(names, grantsImplied: !kind.isBucketPolicy)), names)
        case (nil, let value?):
            let names = try value.strings("NotAction", place)
            return (.notAction(ActionSet(names, grantsImplied: false)), names)
        }
    }

    private func parseResources(
        _ elements: Elements,
        _ actions: PolicyStatement.Actions,
        _ place: PolicyError.Place
    ) throws(PolicyError) -> (
        resources: PolicyStatement.Resources, templates: [TextTemplate], written: [String]
    ) {
        switch (elements["Resource"], elements["NotResource"]) {
        case (nil, nil):
            if case .action(let set) = actions, set.needsNoResource, !kind.isBucketPolicy {
                return (.absent, [], [])
            }
            throw .missingElement("Resource", place)
        case (_?, _?): throw .exclusiveElements("Resource", "NotResource", place)
        case (let value?, nil):
            let (set, templates, written) = try parseResources(value, "Resource", place)
            return (.resource(set), templates, written)
        case (nil, let value?):
            let (set, templates, written) = try parseResources(value, "NotResource", place)
            return (.notResource(set), templates, written)
        }
    }

    private func parseResources(
        _ value: JSONValue,
        _ element: String,
        _ place: PolicyError.Place
    ) throws(PolicyError) -> (ResourceSet, [TextTemplate], written: [String]) {
        let names = try value.strings(element, place)
        var templates: [TextTemplate] = []
        for name in names {
            if origin == .submitted, name != "*", !name.utf8.starts(with: "arn:".utf8) {
                throw .invalidResource(name, place)
            }
            if let template = TextTemplate(name, hasWildcards: true, hasVariables: hasVariables) {
                templates.append(template)
            } else if origin == .submitted {
                throw .invalidVariable(name, place)
            } else {
                // A variable that was stored broken never had a value.
                templates.append(TextTemplate(pieces: [.variable(key: "", fallback: nil)]))
            }
        }
        return (ResourceSet(templates, coversBucketsOfObjects: !kind.isBucketPolicy), templates, names)
    }
}

extension JSONValue {
    /// A string, or a list of strings with at least one.
    func strings(_ element: String, _ place: PolicyError.Place) throws(PolicyError) -> [String] {
        let values = array ?? [self]
        guard !values.isEmpty else { throw .emptyElement(element, place) }
        var texts: [String] = []
        for value in values {
            guard let text = value.string else {
                throw .invalidType(element: element, expected: "a string or a list of strings", place)
            }
            guard !text.isEmpty else { throw .emptyElement(element, place) }
            texts.append(text)
        }
        return texts
    }
}
