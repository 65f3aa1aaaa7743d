/// How much of what a request is about matches.
enum Extent: Sendable, Hashable {
    case none
    /// Some of it may: only for keys that are named later, and for all that begin alike.
    case some
    case all

    static func && (left: Self, right: Self) -> Self {
        if left == .none || right == .none { return .none }
        return left == .all && right == .all ? .all : .some
    }

    init(_ isMatch: Bool) { self = isMatch ? .all : .none }

    var inverted: Self {
        switch self {
        case .none: .all
        case .some: .some
        case .all: .none
        }
    }
}

/// What an action is done to, as policies name it.
package enum PolicyResource: Sendable, Hashable {
    /// A full name such as `arn:aws:s3:::bucket/key`; its characters stand for themselves.
    case named(String)
    /// Keys in the bucket of that name (`arn:aws:s3:::bucket`) that only the request's body will tell, each to be
    /// asked for by itself then. Denied only if every key would be.
    case objectsNamedLater(bucketARN: String)
    /// All objects whose names begin so (`arn:aws:s3:::bucket/prefix`) and go on. Allowed only if every one is, denied if
    /// one is.
    case everyObject(prefixARN: String)
    /// The server as a whole, as in `admin:ServerInfo`.
    case server
}

/// The resources that a list of patterns stands for.
struct ResourceSet: Sendable {
    private let templates: [TextTemplate]
    /// Whether `bucket/*` also means the bucket, as in MinIO's policies.
    private let coversBucketsOfObjects: Bool

    init(_ templates: [TextTemplate], coversBucketsOfObjects: Bool) {
        self.templates = templates
        self.coversBucketsOfObjects = coversBucketsOfObjects
    }

    var contextKeys: [String] { templates.flatMap(\.contextKeys) }

    /// A pattern whose variable has no value matches nothing; with `unresolvedMatches` it matches
    /// everything, for lists that take away from what a statement allows.
    func extent(
        of request: AccessRequest,
        in context: some RequestContext,
        unresolvedMatches: Bool
    ) -> Extent {
        var extent = Extent.none
        for template in templates {
            let found: Extent
            switch template.form {
            case .fixed(let pattern): found = match(pattern, request)
            case .variable:
                guard let pattern = template.resolved(in: context) else {
                    if unresolvedMatches { return .all }
                    continue
                }
                found = match(pattern, request)
            }
            if found == .all { return .all }
            if found == .some { extent = .some }
        }
        return extent
    }

    private func match(_ pattern: TextPattern, _ request: AccessRequest) -> Extent {
        switch request.resource {
        case .named(let name):
            if pattern.matches(name) { return .all }
            guard request.namesBucket, coversBucketsOfObjects, pattern.containsByte(UInt8(ascii: "/")) else {
                return .none
            }
            return Extent(pattern.matches(name + "/"))
        case .objectsNamedLater(let bucketARN): return match(pattern, after: bucketARN + "/")
        case .everyObject(let prefixARN): return match(pattern, after: prefixARN)
        case .server: return Extent(pattern.isEverything || pattern == Self.everyBucket)
        }
    }

    private func match(_ pattern: TextPattern, after prefix: String) -> Extent {
        let span = prefix.utf8Span.span
        if pattern.matchesEveryText(after: span) { return .all }
        return pattern.matchesSomeText(after: span) ? .some : .none
    }

    static let prefix = "arn:aws:s3:::"
    private static let everyBucket = TextPattern("arn:aws:s3:::*")
}
