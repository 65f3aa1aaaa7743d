internal import XML

extension LifecycleRule {
    private static let predicates = ["Prefix", "Tag", "ObjectSizeGreaterThan", "ObjectSizeLessThan"]

    /// The objects a rule is about, and whether a `Prefix` of the rule itself says so.
    ///
    /// S3 wants several conditions in an `And`. Here they may also stand beside each other: all have to hold, so a rule
    /// never reaches further than any reading of it.
    static func filter(
        _ rule: XMLElement,
        from origin: LifecycleConfiguration.Origin
    ) throws(S3Error) -> (Filter, hasPlainPrefix: Bool) {
        guard let element = rule.child("Filter") else {
            guard let prefix = rule.text(of: "Prefix") else {
                // A server that stored no filter means every object; a client may have misspelt it.
                if origin == .drives { return (Filter(), false) }
                throw S3Error(.malformedXML, "A rule has to have a Filter.")
            }
            return (Filter(prefix: prefix), true)
        }
        // Unknown conditions are refused from wherever they are: without them a rule would reach too far.
        try element.allow(predicates + ["And"])
        var conditions = element.children.filter { $0.name != "And" }
        if let and = element.child("And") {
            try and.allow(predicates, repeating: ["Tag"])
            guard !and.children.isEmpty || origin == .drives else { throw S3Error(.malformedXML) }
            conditions += and.children
        }
        var filter = Filter()
        for condition in conditions { try filter.add(condition) }
        if let prefix = rule.text(of: "Prefix"), !prefix.isEmpty { try filter.add(prefix: prefix) }
        return (filter, false)
    }
}

extension LifecycleRule.Filter {
    static let tagKeyLengthMax = 128
    static let tagValueLengthMax = 256

    fileprivate mutating func add(_ condition: XMLElement) throws(S3Error) {
        switch condition.name {
        case "Prefix": try add(prefix: condition.text)
        case "Tag": try add(Self.tag(condition))
        case "ObjectSizeGreaterThan":
            sizeGreaterThan = max(sizeGreaterThan ?? 0, try Self.size(condition))
        default: sizeLessThan = min(sizeLessThan ?? .max, try Self.size(condition))
        }
    }

    /// Keys that start with both.
    fileprivate mutating func add(prefix other: String) throws(S3Error) {
        guard let first = prefix else { return prefix = other }
        let (short, long) = first.utf8.count < other.utf8.count ? (first, other) : (other, first)
        guard long.utf8.starts(with: short.utf8) else {
            throw S3Error(.malformedXML, "No key starts with \(first) and with \(other).")
        }
        prefix = long
    }

    private mutating func add(_ tag: Tagging.Tag) throws(S3Error) {
        guard let first = tags.first(where: { $0.key.utf8.elementsEqual(tag.key.utf8) }) else {
            return tags.append(tag)
        }
        guard first.value.utf8.elementsEqual(tag.value.utf8) else {
            throw S3Error(.invalidRequest, "Duplicate Tag Keys are not allowed.")
        }
    }

    private static func tag(_ element: XMLElement) throws(S3Error) -> Tagging.Tag {
        try element.allow(["Key", "Value"])
        guard let key = element.text(of: "Key") else { throw S3Error(.malformedXML) }
        let value = element.text(of: "Value") ?? ""
        guard (1...tagKeyLengthMax).contains(key.unicodeScalars.count) else {
            throw S3Error(.invalidTag, "The TagKey you have provided is invalid")
        }
        guard value.unicodeScalars.count <= tagValueLengthMax else {
            throw S3Error(.invalidTag, "The TagValue you have provided is invalid")
        }
        return Tagging.Tag(key, value)
    }

    private static func size(_ element: XMLElement) throws(S3Error) -> Int64 {
        guard let size = Int64(element.trimmedText), size >= 0 else { throw S3Error(.malformedXML) }
        return size
    }

    /// How many conditions it has.
    fileprivate var count: Int {
        (prefix == nil ? 0 : 1) + tags.count + (sizeGreaterThan == nil ? 0 : 1)
            + (sizeLessThan == nil ? 0 : 1)
    }
}

extension XMLWriter {
    mutating func element(_ rule: LifecycleRule) {
        element("Rule") { writer in
            writer.element("ID", rule.id)
            if rule.hasPlainPrefix {
                writer.element("Prefix", rule.filter.prefix ?? "")
            } else {
                writer.element(rule.filter)
            }
            writer.element("Status", rule.isEnabled ? "Enabled" : "Disabled")
            if let expiration = rule.expiration { writer.element(expiration) }
            if let noncurrent = rule.noncurrentExpiration {
                writer.element("NoncurrentVersionExpiration") { writer in
                    if let days = noncurrent.days { writer.element("NoncurrentDays", days) }
                    if let count = noncurrent.newerCount { writer.element("NewerNoncurrentVersions", count) }
                }
            }
            if let days = rule.abortUploadsDays {
                writer.element("AbortIncompleteMultipartUpload") { $0.element("DaysAfterInitiation", days) }
            }
        }
    }

    private mutating func element(_ filter: LifecycleRule.Filter) {
        element("Filter") { writer in
            guard filter.count > 1 else { return writer.conditions(filter) }
            writer.element("And") { $0.conditions(filter) }
        }
    }

    private mutating func conditions(_ filter: LifecycleRule.Filter) {
        element(ifPresent: "Prefix", filter.prefix)
        for tag in filter.tags {
            element("Tag") { writer in
                writer.element("Key", tag.key)
                writer.element("Value", tag.value)
            }
        }
        if let size = filter.sizeGreaterThan { element("ObjectSizeGreaterThan", size) }
        if let size = filter.sizeLessThan { element("ObjectSizeLessThan", size) }
    }

    private mutating func element(_ expiration: LifecycleRule.Expiration) {
        element("Expiration") { writer in
            switch expiration {
            case .days(let days): writer.element("Days", days)
            case .date(let date): writer.element("Date", date)
            case .expiredDeleteMarker(let removes): writer.element("ExpiredObjectDeleteMarker", removes)
            }
        }
    }
}
