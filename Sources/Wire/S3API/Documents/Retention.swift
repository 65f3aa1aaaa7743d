package import Base
internal import XML

/// Until when a version must be kept: the body of PutObjectRetention and the answer to GetObjectRetention.
package struct Retention: Sendable, Hashable {
    package static let sizeMax = 64 << 10

    package let mode: RetentionMode
    package let until: Timestamp

    package init(_ mode: RetentionMode, until: Timestamp) {
        (self.mode, self.until) = (mode, until)
    }

    /// `nil` for an empty document, which takes the retention away.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``, also for one half without the other.
    package init?(parsing body: [UInt8]) throws(S3Error) {
        let root = try parse(body, root: ["Retention"], sizeMax: Self.sizeMax)
        let modeText = root.trimmedText(of: "Mode") ?? ""
        let untilText = root.trimmedText(of: "RetainUntilDate") ?? ""
        if modeText.isEmpty, untilText.isEmpty { return nil }
        guard let mode = RetentionMode(rawValue: modeText), let until = Timestamp(iso8601: untilText) else {
            throw S3Error(.malformedXML)
        }
        (self.mode, self.until) = (mode, until)
    }

    package var xml: [UInt8] { Self.xml(mode: mode.rawValue, until: until.iso8601Milliseconds) }

    /// With texts as they are stored.
    package static func xml(mode: String, until: String) -> [UInt8] {
        document("Retention") { writer in
            writer.element("Mode", mode)
            writer.element("RetainUntilDate", until)
        }
    }
}
