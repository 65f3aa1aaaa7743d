import JSON

/// Reads a policy document of one kind.
struct PolicyParser {
    let kind: PolicyKind
    let origin: PolicyOrigin
    private(set) var version = PolicyVersion.v2012
    private(set) var id: String?
    private(set) var statements: [PolicyStatement] = []

    /// A policy has six levels; many more are somebody's mistake.
    private static let depthMax = 16

    init(kind: PolicyKind, origin: PolicyOrigin) { (self.kind, self.origin) = (kind, origin) }

    /// Bucket policies that are put now are checked as S3 checks them.
    var isStrict: Bool { kind.isBucketPolicy && origin == .submitted }

    mutating func parse(_ text: [UInt8]) throws(PolicyError) {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: text, depthMax: Self.depthMax)
        } catch {
            throw .notJSON(error)
        }
        var keys = UniqueKeys(text: text)
        if let duplicate = keys.firstDuplicate() { throw .duplicateElement(duplicate, .document) }
        guard let object = document.object else {
            throw .invalidType(element: "The document", expected: "a JSON object", .document)
        }
        let elements = try Elements(
            object,
            known: ["Version", "Id", "Statement"],
            place: .document,
            foldsNames: !isStrict,
            refusesUnknown: origin == .submitted,
            emptyMeansAbsent: false
        )
        version = try parseVersion(elements["Version"])
        if let value = elements["Id"] {
            guard let text = value.string else {
                throw .invalidType(element: "Id", expected: "a string", .document)
            }
            id = text
        }
        try parseStatements(elements["Statement"])
    }

    /// Without one, S3 means the older version; MinIO's users and groups have always had variables.
    private func parseVersion(_ value: JSONValue?) throws(PolicyError) -> PolicyVersion {
        let absent: PolicyVersion = kind.isBucketPolicy ? .v2008 : .v2012
        guard let value else { return absent }
        guard let text = value.string else {
            throw .invalidType(element: "Version", expected: "a string", .document)
        }
        if text.isEmpty, !isStrict { return absent }
        guard let version = PolicyVersion(rawValue: text) else { throw .unsupportedVersion(text) }
        return version
    }

    private mutating func parseStatements(_ value: JSONValue?) throws(PolicyError) {
        let values: [JSONValue]
        switch value {
        case .array(let array)?: values = array
        case .object?: values = value.map { [$0] } ?? []
        case nil where origin == .stored: values = []
        case .null? where origin == .stored: values = []
        case nil: throw .missingElement("Statement", .document)
        case .null?, .boolean?, .number?, .string?:
            throw .invalidType(element: "Statement", expected: "a list of objects", .document)
        }
        if values.isEmpty, isStrict { throw .emptyElement("Statement", .document) }
        for (index, value) in values.enumerated() {
            let parser = StatementParser(
                kind: kind,
                origin: origin,
                hasVariables: version == .v2012,
                number: index + 1
            )
            statements.append(try parser.parse(value))
        }
    }
}

/// The elements of an object by their names.
struct Elements {
    private var values: [String: JSONValue] = [:]

    /// With `foldsNames`, letters may be of either case; duplicates by case are refused. With
    /// `emptyMeansAbsent`, `null` and `[]` are as good as nothing: RustFS writes every element it knows.
    init(
        _ object: JSONObject,
        known: [String],
        place: PolicyError.Place,
        foldsNames: Bool,
        refusesUnknown: Bool,
        emptyMeansAbsent: Bool
    ) throws(PolicyError) {
        for member in object.members {
            let name = known.first { name in
                name == member.key
                    || (foldsNames || name == "Id")
                        && name.lowercased() == member.key.lowercased()
            }
            guard let name else {
                if refusesUnknown { throw .unknownElement(member.key, place) }
                continue
            }
            if emptyMeansAbsent, member.value.isNothing { continue }
            guard values.updateValue(member.value, forKey: name) == nil else {
                throw .duplicateElement(name, place)
            }
        }
    }

    subscript(name: String) -> JSONValue? { values[name] }
}

extension JSONValue {
    fileprivate var isNothing: Bool {
        switch self {
        case .null: true
        case .array(let values): values.isEmpty
        case .boolean, .number, .string, .object: false
        }
    }
}
