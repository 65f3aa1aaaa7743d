/// What S3 asks of a statement before a bucket takes it.
struct BucketPolicyRules {
    let bucket: String
    let place: PolicyError.Place

    private var bucketARN: String { ResourceSet.prefix + bucket }

    func check(_ statement: PolicyStatement, _ templates: [TextTemplate]) throws(PolicyError) {
        for (template, name) in zip(templates, statement.written.resources) {
            guard reachesBucket(template) || reachesObjects(template) else {
                throw .resourceOutsideBucket(name, bucket: bucket, place)
            }
        }
        for name in statement.written.actions {
            let targets = try targets(of: name)
            guard case .action = statement.actions, case .resource = statement.resources else { continue }
            guard
                targets.hasBucket && templates.contains(where: reachesBucket)
                    || targets.hasObject && templates.contains(where: reachesObjects)
            else { throw .inapplicableAction(name, place) }
        }
    }

    /// What the S3 actions are done to that a pattern stands for; it must stand for one at least.
    private func targets(of name: String) throws(PolicyError) -> (hasBucket: Bool, hasObject: Bool) {
        let folded = name.lowercased()
        let bits = ActionSet.bits(of: TextPattern(folded, isFolding: true), folded)
        guard bits & KnownActions.s3Bits != ActionSet.Bits() else { throw .unknownAction(name, place) }
        return (
            bits & KnownActions.bucketBits != ActionSet.Bits(),
            bits & KnownActions.objectBits != ActionSet.Bits()
        )
    }

    private func reachesBucket(_ template: TextTemplate) -> Bool {
        switch template.form {
        case .fixed(let pattern): pattern.matches(bucketARN)
        case .variable: widened(template).matches(bucketARN)
        }
    }

    private func reachesObjects(_ template: TextTemplate) -> Bool {
        let prefix = bucketARN + "/"
        switch template.form {
        case .fixed(let pattern): return pattern.matchesSomeText(after: prefix.utf8Span.span)
        case .variable: return widened(template).matchesSomeText(after: prefix.utf8Span.span)
        }
    }

    /// A variable may become anything.
    private func widened(_ template: TextTemplate) -> TextPattern {
        switch template.form {
        case .fixed(let pattern): return pattern
        case .variable(let pieces):
            var tokens: [TextPattern.Token] = []
            for piece in pieces {
                switch piece {
                case .tokens(let literal): tokens += literal
                case .variable: tokens.append(TextPattern.anyRun)
                }
            }
            return TextPattern(tokens: tokens)
        }
    }
}
