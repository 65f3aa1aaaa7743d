internal import XML

/// Settings of which a bucket can have several, each with a name of its own.
package enum NamedConfigurationKind: String, Sendable, CaseIterable {
    case analytics = "AnalyticsConfiguration"
    case intelligentTiering = "IntelligentTieringConfiguration"
    case inventory = "InventoryConfiguration"
    case metrics = "MetricsConfiguration"
}

/// One of them: the body of PutBucket…Configuration and the answer to GetBucket…Configuration.
package struct NamedConfiguration: Sendable, Equatable {
    package static let sizeMax = 64 << 10
    package static let idSizeMax = 64

    package let kind: NamedConfigurationKind
    package let id: String
    let element: XMLElement

    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``; ``S3Error/Code-swift.enum/invalidArgument`` for a name that
    ///   cannot be one.
    package init(parsing body: [UInt8], as kind: NamedConfigurationKind) throws(S3Error) {
        try self.init(try parse(body, root: [kind.rawValue], sizeMax: Self.sizeMax), as: kind)
        guard !element.hasTextBesideElements, isReadAgain else { throw S3Error(.malformedXML) }
    }

    /// Whether drives keep it in a form that can be read: one level deeper and without prefixes, which may have kept
    /// names apart, it need not be a document any more.
    private var isReadAgain: Bool {
        let stored = NamedConfigurations(alone: self).stored
        // Whatever the reason is, it cannot be kept.
        guard let again = try? NamedConfigurations(stored: stored, kind) else { return false }
        return again.stored == stored && again.all.map(\.id) == [id]
    }

    init(_ element: XMLElement, as kind: NamedConfigurationKind) throws(S3Error) {
        guard let id = element.trimmedText(of: "Id") else { throw S3Error(.malformedXML) }
        try Self.check(id: id)
        guard kind.fits(element) else { throw S3Error(.malformedXML) }
        (self.kind, self.id, self.element) = (kind, id, element)
    }

    /// Letters, digits, `.`, `-` and `_`.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument``.
    package static func check(id: String) throws(S3Error) {
        let isID =
            (1...idSizeMax).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "-"),
                    UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        guard isID else {
            throw S3Error(
                .invalidArgument,
                "The id of a configuration has 1 to \(idSizeMax) letters, digits, dots, hyphens and underscores.",
                fields: [S3Error.Field("ArgumentName", "id")]
            )
        }
    }

    package var xml: [UInt8] {
        document(kind.rawValue) { writer in for child in element.children { writer.element(child) } }
    }

    /// Whether somebody waits for reports that it asks for.
    package var asksForReports: Bool {
        switch kind {
        case .inventory: element.trimmedText(of: "IsEnabled") == "true"
        case .analytics: element.child("StorageClassAnalysis")?.child("DataExport") != nil
        case .intelligentTiering, .metrics: false
        }
    }
}

extension NamedConfigurationKind {
    fileprivate var listRoot: String {
        switch self {
        case .analytics: "ListBucketAnalyticsConfigurationResult"
        case .intelligentTiering: "ListBucketIntelligentTieringConfigurationsOutput"
        case .inventory: "ListInventoryConfigurationsResult"
        case .metrics: "ListMetricsConfigurationsResult"
        }
    }

    /// Whether what S3's schema requires is there.
    fileprivate func fits(_ element: XMLElement) -> Bool {
        switch self {
        case .analytics: return element.child("StorageClassAnalysis") != nil
        case .metrics: return true
        case .intelligentTiering:
            let tierings = element.children(named: "Tiering")
            return ["Enabled", "Disabled"].contains(element.trimmedText(of: "Status")) && !tierings.isEmpty
                && tierings.allSatisfy { tiering in
                    ["ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS"].contains(tiering.trimmedText(of: "AccessTier"))
                        && tiering.trimmedText(of: "Days").flatMap { Int32($0) } ?? 0 > 0
                }
        case .inventory:
            return ["true", "false"].contains(element.trimmedText(of: "IsEnabled"))
                && element.child("Destination") != nil
                && ["All", "Current"].contains(element.trimmedText(of: "IncludedObjectVersions"))
                && ["Daily", "Weekly"].contains(element.child("Schedule")?.trimmedText(of: "Frequency"))
        }
    }
}

/// All of one kind that a bucket has, in the order of their names.
package struct NamedConfigurations: Sendable, Equatable {
    package static let countMax = 1000
    /// Of the document that drives keep.
    package static let storedSizeMax = 256 << 10
    package static let pageCountMax = 100

    package let kind: NamedConfigurationKind
    package private(set) var all: [NamedConfiguration]

    package init(_ kind: NamedConfigurationKind) { (self.kind, all) = (kind, []) }

    fileprivate init(alone one: NamedConfiguration) { (kind, all) = (one.kind, [one]) }

    /// - Throws: ``S3Error/Code-swift.enum/internalError`` for what drives keep and nobody can read.
    package init(stored: [UInt8], _ kind: NamedConfigurationKind) throws(S3Error) {
        self.init(kind)
        do throws(S3Error) {
            let root = try parse(stored, root: [Self.root(kind)], sizeMax: Self.storedSizeMax)
            for element in root.children { all.append(try NamedConfiguration(element, as: kind)) }
        } catch {
            throw S3Error(.internalError, "The stored settings of the bucket cannot be read.")
        }
    }

    package subscript(id: String) -> NamedConfiguration? { all.first { $0.id == id } }

    /// - Throws: ``S3Error/Code-swift.enum/tooManyConfigurations``.
    package mutating func set(_ configuration: NamedConfiguration) throws(S3Error) {
        remove(configuration.id)
        let index = all.firstIndex { $0.id > configuration.id } ?? all.count
        all.insert(configuration, at: index)
        guard all.count <= Self.countMax, stored.count <= Self.storedSizeMax else {
            throw S3Error(.tooManyConfigurations)
        }
    }

    package mutating func remove(_ id: String) { all.removeAll { $0.id == id } }

    private static func root(_ kind: NamedConfigurationKind) -> String { "\(kind.rawValue)s" }

    /// For the drives.
    package var stored: [UInt8] {
        document(Self.root(kind)) { writer in
            for configuration in all { writer.element(configuration.element) }
        }
    }

    /// A page of the answer to ListBucket…Configurations.
    ///
    /// - Parameter token: what the last page ended with.
    package func page(after token: String?) -> [UInt8] {
        let rest = all.drop { configuration in token.map { configuration.id <= $0 } ?? false }
        let page = rest.prefix(Self.pageCountMax)
        let isTruncated = page.count < rest.count
        return document(kind.listRoot) { writer in
            writer.element("IsTruncated", isTruncated)
            writer.element(ifPresent: "ContinuationToken", token)
            writer.element(ifPresent: "NextContinuationToken", isTruncated ? page.last?.id : nil)
            for configuration in page { writer.element(configuration.element) }
        }
    }
}

extension XMLElement {
    /// White space does not count.
    fileprivate var hasTextBesideElements: Bool {
        !children.isEmpty && (!trimmedText.isEmpty || children.contains { $0.hasTextBesideElements })
    }
}

extension XMLWriter {
    /// An element as it was read.
    fileprivate mutating func element(_ element: XMLElement) {
        self.element(element.name, attributes: element.attributes.map { ($0.name, $0.value) }) { writer in
            if element.children.isEmpty { writer.text(element.text) }
            for child in element.children { writer.element(child) }
        }
    }
}
