package import Base
package import S3API

/// The rules in force for a bucket.
///
/// Decides, and does nothing: what is to happen to the versions of a key follows from the rules, what is known of the
/// versions, and the time.
package struct Lifecycle: Sendable {
    /// The enabled ones, in the order of their configuration.
    package let rules: [LifecycleRule]

    package init(_ configuration: LifecycleConfiguration) { rules = configuration.rules.filter(\.isEnabled) }

    /// The fewest prefixes that together hold every key a version of which may expire. Empty where none can.
    package var prefixes: [String] {
        Self.covering(rules.filter { $0.expiration?.acts == true || $0.noncurrentExpiration != nil })
    }

    /// The same for uploads that may be aborted.
    package var uploadPrefixes: [String] { Self.covering(rules.filter { $0.abortUploadsDays != nil }) }

    private static func covering(_ rules: [LifecycleRule]) -> [String] {
        var covering: [String] = []
        let prefixes = rules.map { $0.filter.prefix ?? "" }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        // What starts with another one comes behind it.
        for prefix in prefixes {
            if let last = covering.last, prefix.utf8.starts(with: last.utf8) { continue }
            covering.append(prefix)
        }
        return covering
    }

    /// When the newest version of a key expires, and by which rule: the earliest of those that say so.
    ///
    /// Also a moment that has passed. `nil` where no rule is about it, and for a delete marker.
    package func expiry(
        ofNewest version: VersionFacts,
        key: String,
        day: DayLength = .calendar
    ) -> (date: Timestamp, ruleID: String)? {
        guard !version.isDeleteMarker else { return nil }
        var earliest: (date: Timestamp, ruleID: String)?
        for rule in rules where rule.isAbout(key, version) {
            let date: Timestamp?
            switch rule.expiration {
            case .days(let days): date = day.end(of: days, after: version.modified)
            case .date(let moment): date = moment
            case .expiredDeleteMarker, nil: date = nil
            }
            guard let date, earliest.map({ date < $0.date }) ?? true else { continue }
            earliest = (date, rule.id)
        }
        return earliest
    }

    /// When an upload is aborted, and by which rule.
    package func abortion(
        ofUploadBegun begun: Timestamp,
        key: String,
        day: DayLength = .calendar
    ) -> (date: Timestamp, ruleID: String)? {
        var earliest: (date: Timestamp, ruleID: String)?
        for rule in rules where rule.startsLike(key) {
            guard let days = rule.abortUploadsDays, let date = day.end(of: days, after: begun),
                earliest.map({ date < $0.date }) ?? true
            else { continue }
            earliest = (date, rule.id)
        }
        return earliest
    }
}

extension LifecycleRule.Expiration {
    fileprivate var acts: Bool {
        switch self {
        case .days, .date: true
        case .expiredDeleteMarker(let removes): removes
        }
    }
}

extension LifecycleRule {
    func startsLike(_ key: String) -> Bool { key.utf8.starts(with: (filter.prefix ?? "").utf8) }

    /// A marker has no tags, and its size is not asked for.
    func isAbout(_ key: String, _ version: VersionFacts) -> Bool {
        guard startsLike(key), hasTags(version) else { return false }
        guard !version.isDeleteMarker else { return true }
        if let size = filter.sizeGreaterThan, version.size <= size { return false }
        if let size = filter.sizeLessThan, version.size >= size { return false }
        return true
    }

    private func hasTags(_ version: VersionFacts) -> Bool {
        guard !filter.tags.isEmpty else { return true }
        guard let tags = version.tags, !version.isDeleteMarker else { return false }
        return filter.tags.allSatisfy { wanted in
            tags.contains {
                $0.key.utf8.elementsEqual(wanted.key.utf8) && $0.value.utf8.elementsEqual(wanted.value.utf8)
            }
        }
    }
}
