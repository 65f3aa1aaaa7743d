extension PolicyStatement {
    /// S3's definition for bucket policies: a statement that allows is public unless its principals are
    /// fixed, or a condition holds it to fixed values (no wildcard, no variable) of a key that identifies
    /// callers, or to networks that are not too wide.
    var isPublic: Bool {
        guard effect == .allow else { return false }
        switch principals {
        case .holder: return false
        case .principal(let set):
            guard set.isEverybody else { return false }
        case .notPrincipal: break
        }
        return !conditions.contains(where: \.fixesCallers)
    }
}

extension Condition {
    private static let identifyingKeys: Set<String> = [
        "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid", "aws:sourceowner", "aws:sourcevpc", "aws:sourcevpce", "aws:userid",
        "s3:dataaccesspointaccount", "s3:dataaccesspointarn",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    ]

    /// Whether only fixed callers can meet the condition. One that a missing key meets fixes nobody.
    fileprivate var fixesCallers: Bool {
        guard !`operator`.isNegated, !`operator`.ifExists, `operator`.quantifier != .allValues,
            !written.values.isEmpty
        else { return false }
        switch operand {
        case .texts(let templates, _):
            return Self.identifyingKeys.contains(key) && templates.allSatisfy(\.isFixedText)
        case .arns(let templates):
            return Self.identifyingKeys.contains(key) && templates.allSatisfy(\.isFixedText)
        case .networks(let networks): return key == "aws:sourceip" && networks.allSatisfy { !$0.isTooWide }
        case .numbers, .dates, .booleans, .binaries, .absence: return false
        }
    }
}

extension IPNetwork {
    /// Wider than /8 (IPv4) or /32 (IPv6) is as good as everybody; the private networks of RFC 1918 are not.
    fileprivate var isTooWide: Bool {
        switch family {
        case .v4: prefixLength < 8
        case .v6: prefixLength < 32
        }
    }
}
