package import Base
internal import XML

/// That a bucket's versions can be locked, and how new ones are without being asked: the body of
/// PutObjectLockConfiguration and the answer to GetObjectLockConfiguration.
package struct ObjectLockConfiguration: Sendable, Hashable {
    package enum Period: Sendable, Hashable {
        /// 1...36,500.
        case days(Int)
        /// 1...100, of the calendar.
        case years(Int)
    }

    package struct DefaultRetention: Sendable, Hashable {
        package let mode: RetentionMode
        package let period: Period

        package init(_ mode: RetentionMode, _ period: Period) {
            (self.mode, self.period) = (mode, period)
        }
    }

    package static let sizeMax = 64 << 10
    package static let daysMax = 36_500
    package static let yearsMax = 100

    package let defaultRetention: DefaultRetention?

    package init(_ defaultRetention: DefaultRetention? = nil) { self.defaultRetention = defaultRetention }

    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``; ``S3Error/Code-swift.enum/invalidRetentionPeriod``.
    package init(parsing body: [UInt8]) throws(S3Error) {
        let root = try parse(body, root: ["ObjectLockConfiguration"], sizeMax: Self.sizeMax)
        guard root.trimmedText(of: "ObjectLockEnabled") == "Enabled" else { throw S3Error(.malformedXML) }
        guard let rule = root.child("Rule") else {
            defaultRetention = nil
            return
        }
        guard let element = rule.child("DefaultRetention"),
            let mode = element.trimmedText(of: "Mode").flatMap(RetentionMode.init(rawValue:))
        else { throw S3Error(.malformedXML) }
        defaultRetention = DefaultRetention(mode, try Self.period(element))
    }

    private static func period(_ element: XMLElement) throws(S3Error) -> Period {
        switch (element.trimmedText(of: "Days"), element.trimmedText(of: "Years")) {
        case (let days?, nil): return .days(try count(days, countMax: daysMax))
        case (nil, let years?): return .years(try count(years, countMax: yearsMax))
        case (nil, nil), (_?, _?): throw S3Error(.malformedXML)
        }
    }

    private static func count(_ text: String, countMax: Int) throws(S3Error) -> Int {
        guard let count = Int(text) else { throw S3Error(.malformedXML) }
        guard count > 0 else {
            throw S3Error(
                .invalidRetentionPeriod,
                "Default retention period must be a positive integer value."
            )
        }
        guard count <= countMax else {
            throw S3Error(
                .invalidRetentionPeriod,
                "Default retention period is too large. Maximum is \(daysMax) days or \(yearsMax) years."
            )
        }
        return count
    }

    package var xml: [UInt8] {
        document("ObjectLockConfiguration") { writer in
            writer.element("ObjectLockEnabled", "Enabled")
            guard let defaultRetention else { return }
            writer.element("Rule") { writer in
                writer.element("DefaultRetention") { writer in
                    writer.element("Mode", defaultRetention.mode.rawValue)
                    switch defaultRetention.period {
                    case .days(let days): writer.element("Days", days)
                    case .years(let years): writer.element("Years", years)
                    }
                }
            }
        }
    }
}

extension ObjectLockConfiguration.Period {
    /// When it ends that begins at `start`. A year later than a leap day is the first of March.
    package func end(from start: Timestamp) -> Timestamp {
        switch self {
        case .days(let days): return start + .seconds(days * 86_400)
        case .years(let years):
            var date = CalendarDate(secondsSinceEpoch: start.seconds)
            date.year += years
            if date.secondsSinceEpoch == nil { (date.month, date.day) = (3, 1) }
            guard let seconds = date.secondsSinceEpoch else {
                preconditionFailure("a year beyond 9999 is no server's time")
            }
            return Timestamp(nanoseconds: start.nanoseconds + (seconds - start.seconds) * 1_000_000_000)
        }
    }
}
