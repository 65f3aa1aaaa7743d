internal import Base
internal import XML

/// The rules by which a bucket's objects expire: the body of PutBucketLifecycleConfiguration and what the drives keep.
package struct LifecycleConfiguration: Sendable, Hashable {
    /// Who wrote the document.
    package enum Origin: Sendable {
        /// A client, who is told of everything that is wrong with it.
        case request
        /// A server. Actions that this one lacks, such as moving objects to another class, are passed over: what the
        /// rule says beside them holds.
        case drives
    }

    package static let sizeMax = 2 << 20
    package static let rulesMax = 1000
    package static let idLengthMax = 255

    /// 1...``rulesMax`` of them.
    package let rules: [LifecycleRule]

    package init(rules: [LifecycleRule]) { self.rules = rules }

    /// - Parameter newID: makes an id for a rule without one.
    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``, ``S3Error/Code-swift.enum/invalidArgument`` and
    ///   ``S3Error/Code-swift.enum/invalidRequest`` as S3 does, ``S3Error/Code-swift.enum/notImplemented`` with the
    ///   element's name for actions that this server lacks.
    package init(
        parsing body: [UInt8],
        from origin: Origin = .request,
        newID: () -> String
    ) throws(S3Error) {
        let root = try parse(
            body,
            root: ["LifecycleConfiguration", "BucketLifecycleConfiguration"],
            sizeMax: Self.sizeMax
        )
        let elements = root.children(named: "Rule")
        guard !elements.isEmpty else { throw S3Error(.malformedXML) }
        guard elements.count <= Self.rulesMax else {
            throw S3Error(
                .invalidArgument,
                "Lifecycle configuration allows a maximum of \(Self.rulesMax) rules."
            )
        }
        if origin == .request { try root.allow(["Rule"], repeating: ["Rule"]) }
        var rules: [LifecycleRule] = []
        var ids: Set<String> = []
        for element in elements {
            let rule = try LifecycleRule(element, from: origin, newID: newID)
            guard ids.insert(rule.id).inserted || origin == .drives else {
                throw S3Error(
                    .invalidArgument,
                    "Rule ID must be unique. Found same ID for more than one rule"
                )
            }
            rules.append(rule)
        }
        self.rules = rules
    }

    /// Also the form in which drives keep it. Conditions of a filter that are several stand in its `And`, wherever
    /// they stood.
    package var xml: [UInt8] {
        document("LifecycleConfiguration") { writer in
            for rule in rules { writer.element(rule) }
        }
    }
}

extension LifecycleRule {
    private static let actions = [
        "Expiration", "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload",
    ]
    private static let unbuiltActions = [
        "Transition", "NoncurrentVersionTransition", "DelMarkerExpiration", "AllVersionsExpiration",
    ]

    fileprivate init(
        _ element: XMLElement,
        from origin: LifecycleConfiguration.Origin,
        newID: () -> String
    ) throws(S3Error) {
        if origin == .request { try Self.check(element) }
        let id = element.text(of: "ID") ?? ""
        guard id.unicodeScalars.count <= LifecycleConfiguration.idLengthMax else {
            throw S3Error(.invalidArgument, "ID length should not exceed allowed limit of 255")
        }
        switch element.trimmedText(of: "Status") {
        case "Enabled": isEnabled = true
        case "Disabled": isEnabled = false
        case nil, .some: throw S3Error(.malformedXML)
        }
        self.id = id.isEmpty ? newID() : id
        (filter, hasPlainPrefix) = try Self.filter(element, from: origin)
        expiration = try element.child("Expiration").flatMap { (element) throws(S3Error) in
            try Self.expiration(element, from: origin)
        }
        noncurrentExpiration = try element.child("NoncurrentVersionExpiration").flatMap {
            (element) throws(S3Error) in
            try Self.noncurrentExpiration(element, from: origin)
        }
        abortUploadsDays = try element.child("AbortIncompleteMultipartUpload").map {
            (element) throws(S3Error) in
            if origin == .request { try element.allow(["DaysAfterInitiation"]) }
            return try element.requiredCount(
                "DaysAfterInitiation",
                "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer"
            )
        }
        if origin == .request { try checkTogether() }
    }

    /// A misspelt filter would let a rule loose on objects it was not meant for.
    private static func check(_ element: XMLElement) throws(S3Error) {
        try element.allow(
            ["ID", "Status", "Filter", "Prefix"] + actions + unbuiltActions,
            repeating: ["Transition", "NoncurrentVersionTransition"]
        )
        for name in unbuiltActions {
            for action in element.children(named: name) {
                if let date = action.trimmedText(of: "Date") { _ = try midnight(date) }
                throw S3Error(.notImplemented, "Lifecycle action \(name) is not implemented.")
            }
        }
        guard actions.contains(where: { element.child($0) != nil }) else {
            throw S3Error(.invalidRequest, "At least one action needs to be specified in a rule.")
        }
        if element.child("Filter") != nil, element.child("Prefix") != nil {
            throw S3Error(.malformedXML, "A rule has either a Filter or a Prefix.")
        }
    }

    /// What S3 does not let stand in one rule.
    private func checkTogether() throws(S3Error) {
        if abortUploadsDays != nil {
            guard filter.tags.isEmpty else {
                throw S3Error(
                    .invalidRequest,
                    "AbortIncompleteMultipartUpload cannot be specified with Tags."
                )
            }
            guard filter.sizeGreaterThan == nil, filter.sizeLessThan == nil else {
                throw S3Error(
                    .invalidRequest,
                    "AbortIncompleteMultipartUpload cannot be specified with ObjectSizeGreaterThan or ObjectSizeLessThan."
                )
            }
        }
        if case .expiredDeleteMarker = expiration, !filter.tags.isEmpty {
            throw S3Error(.invalidRequest, "ExpiredObjectDeleteMarker cannot be specified with Tags.")
        }
        if let above = filter.sizeGreaterThan, let below = filter.sizeLessThan, above >= below {
            throw S3Error(
                .invalidRequest,
                "The value for ObjectSizeGreaterThan must be less than ObjectSizeLessThan."
            )
        }
    }

    private static func expiration(
        _ element: XMLElement,
        from origin: LifecycleConfiguration.Origin
    ) throws(S3Error) -> Expiration? {
        if origin == .request {
            try element.allow(["Days", "Date", "ExpiredObjectDeleteMarker", "ExpiredObjectAllVersions"])
            if element.child("ExpiredObjectAllVersions") != nil {
                throw S3Error(
                    .notImplemented,
                    "Lifecycle action ExpiredObjectAllVersions is not implemented."
                )
            }
        }
        let days = try element.count(
            "Days",
            "'Days' for Expiration action must be a positive integer"
        )
        let date = try element.trimmedText(of: "Date").map { (text) throws(S3Error) in try midnight(text) }
        let marker = try element.flag("ExpiredObjectDeleteMarker")
        switch (days, date, marker) {
        case (let days?, nil, nil): return .days(days)
        case (nil, let date?, nil): return .date(date)
        case (nil, nil, let marker?): return .expiredDeleteMarker(marker)
        case (nil, nil, nil) where origin == .drives: return nil
        case (_, _, _):
            throw S3Error(
                .malformedXML,
                "Expiration has exactly one of Days, Date and ExpiredObjectDeleteMarker."
            )
        }
    }

    private static func noncurrentExpiration(
        _ element: XMLElement,
        from origin: LifecycleConfiguration.Origin
    ) throws(S3Error) -> NoncurrentExpiration? {
        if origin == .request { try element.allow(["NoncurrentDays", "NewerNoncurrentVersions"]) }
        let days = try element.count(
            "NoncurrentDays",
            "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer"
        )
        let message =
            "'NewerNoncurrentVersions' for NoncurrentVersionExpiration action must be a positive integer"
        // MinIO's first releases that had it called it otherwise.
        var newerCount = try element.count("NewerNoncurrentVersions", message)
        if newerCount == nil, origin == .drives {
            newerCount = try element.count("MaxNoncurrentVersions", message)
        }
        guard days != nil || newerCount != nil else {
            if origin == .drives { return nil }
            throw S3Error(.malformedXML)
        }
        return NoncurrentExpiration(days: days, newerCount: newerCount)
    }

    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument``.
    private static func midnight(_ text: String) throws(S3Error) -> Timestamp {
        guard let date = Timestamp(iso8601: text.utf8.count == 10 ? "\(text)T00:00:00Z" : text) else {
            throw S3Error(.invalidArgument, "'Date' must be a date in ISO 8601 format before the year 2262")
        }
        guard date.nanoseconds % (86_400 * 1_000_000_000) == 0 else {
            throw S3Error(.invalidArgument, "'Date' must be at midnight GMT")
        }
        return date
    }
}

extension XMLElement {
    /// - Throws: ``S3Error/Code-swift.enum/malformedXML`` for any other child, and for two of one name.
    func allow(_ names: [String], repeating: Set<String> = []) throws(S3Error) {
        var seen: Set<String> = []
        for child in children {
            guard names.contains(child.name) else {
                throw S3Error(.malformedXML, "\(name) has no element \(child.name).")
            }
            guard seen.insert(child.name).inserted || repeating.contains(child.name) else {
                throw S3Error(.malformedXML, "\(name) has one \(child.name) at most.")
            }
        }
    }

    /// 1...2³¹−1.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/malformedXML`` for no number,
    ///   ``S3Error/Code-swift.enum/invalidArgument`` with `message` for one out of range.
    fileprivate func count(_ name: String, _ message: String) throws(S3Error) -> Int? {
        guard let text = trimmedText(of: name) else { return nil }
        guard let number = Int(text) else { throw S3Error(.malformedXML) }
        guard (1...Int(Int32.max)).contains(number) else { throw S3Error(.invalidArgument, message) }
        return number
    }

    fileprivate func requiredCount(_ name: String, _ message: String) throws(S3Error) -> Int {
        guard let number = try count(name, message) else { throw S3Error(.malformedXML) }
        return number
    }

    fileprivate func flag(_ name: String) throws(S3Error) -> Bool? {
        switch trimmedText(of: name)?.lowercased() {
        case nil: nil
        case "true": true
        case "false": false
        case .some: throw S3Error(.malformedXML)
        }
    }
}
