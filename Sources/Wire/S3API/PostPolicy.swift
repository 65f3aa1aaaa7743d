package import Base
internal import JSON

/// What the signer of a form allows it to hold.
///
///     { "expiration": "2030-01-01T00:00:00Z",
///       "conditions": [ {"bucket": "photos"}, ["starts-with", "$key", "user/"], ["content-length-range", 0, 1024] ] }
///
/// Field names and operators count in any case, values as they are. Every field of the form has to meet a condition
/// but those that ``check(_:bucket:now:)`` leaves out.
package struct PostPolicy: Sendable, Hashable {
    package enum Condition: Sendable, Hashable {
        /// Names in lower case.
        case equal(name: String, value: String)
        case prefix(name: String, value: String)
        case size(ClosedRange<Int64>)
    }

    package let expiration: Timestamp
    package let conditions: [Condition]

    /// - Parameter text: base64, in which line breaks count for nothing.
    /// - Throws: ``S3Error/Code-swift.enum/invalidPolicyDocument``.
    package init(encoded text: String) throws(S3Error) {
        let letters = String(decoding: text.utf8.filter { $0 != 0x0a && $0 != 0x0d }, as: UTF8.self)
        guard let bytes = Base64.standard.decode(letters) else { throw invalid("it is not base64") }
        try self.init(parsing: bytes)
    }

    /// - Throws: ``S3Error/Code-swift.enum/invalidPolicyDocument``.
    package init(parsing bytes: [UInt8]) throws(S3Error) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes, sizeMax: UploadForm.sizeMax, allowsRepeatedKeys: false)
        } catch { throw invalid("Invalid JSON") }
        guard let document = value.object else { throw invalid("Invalid JSON") }
        for member in document.members where member.key != "expiration" && member.key != "conditions" {
            throw invalid("Unexpected: '\(member.key)'")
        }
        guard let expiration = document["expiration"] else { throw invalid("Policy missing expiration") }
        guard let text = expiration.string, let time = Timestamp(iso8601: text) else {
            throw invalid("Invalid 'expiration' value")
        }
        guard let conditions = document["conditions"] else { throw invalid("Policy missing conditions") }
        guard let list = conditions.array else { throw invalid("Invalid 'conditions' value: must be a List") }
        self.expiration = time
        var found: [Condition] = []
        for condition in list { found += try Self.conditions(condition) }
        self.conditions = found
    }

    private static func conditions(_ value: JSONValue) throws(S3Error) -> [Condition] {
        if let object = value.object {
            guard !object.isEmpty else { throw invalid("Invalid Simple-Condition: it is empty") }
            var found: [Condition] = []
            for member in object.members {
                guard let text = member.value.string else {
                    throw invalid("Invalid Simple-Condition: value must be a string")
                }
                found.append(.equal(name: member.key.lowercased(), value: text))
            }
            return found
        }
        guard let list = value.array, list.count == 3, let name = list[0].string else {
            throw invalid("Invalid condition: it is neither an object nor a list of three")
        }
        switch name.lowercased() {
        case "eq": return [.equal(name: try field(list[1]), value: try text(list[2]))]
        case "starts-with": return [.prefix(name: try field(list[1]), value: try text(list[2]))]
        case "content-length-range":
            guard let least = size(list[1]), let most = size(list[2]), least <= most else {
                throw invalid("Invalid content-length-range")
            }
            return [.size(least...most)]
        default: throw invalid("Invalid condition: unknown operation '\(name)'")
        }
    }

    private static func field(_ value: JSONValue) throws(S3Error) -> String {
        guard let name = value.string, name.utf8.first == UInt8(ascii: "$"), name.utf8.count > 1 else {
            throw invalid("Invalid condition: the name of a field starts with $")
        }
        return String(name.dropFirst()).lowercased()
    }

    private static func text(_ value: JSONValue) throws(S3Error) -> String {
        guard let text = value.string else { throw invalid("Invalid condition: value must be a string") }
        return text
    }

    /// Some clients write numbers as strings.
    private static func size(_ value: JSONValue) -> Int64? {
        let number: Int64? = value.number?.integer() ?? value.string.flatMap { Int64($0) }
        return number.flatMap { $0 >= 0 ? $0 : nil }
    }
}

extension PostPolicy {
    /// Checksums can only make an upload fail, so nobody has to allow them.
    private static func needsNoCondition(_ name: String) -> Bool {
        switch name {
        case "policy", "signature", "awsaccesskeyid", "x-amz-signature", "file": true
        default: UploadForm.isIgnored(name) || name.hasPrefix("x-amz-checksum-")
        }
    }

    /// Whether the form is one that the signer meant.
    ///
    /// - Parameter bucket: where it was sent to, whatever a field says.
    /// - Returns: how large the file may be.
    /// - Throws: ``S3Error/Code-swift.enum/accessDenied`` with the reason.
    package func check(
        _ form: UploadForm,
        bucket: String,
        now: Timestamp
    ) throws(S3Error) -> ClosedRange<Int64> {
        guard now < expiration else { throw denied("Policy expired.") }
        var sizes: ClosedRange<Int64> = 0...Int64.max
        var covered: Set<String> = []
        for condition in conditions {
            switch condition {
            case .size(let range):
                guard range.overlaps(sizes) else {
                    throw denied("Policy Condition failed: content-length-range")
                }
                sizes = range.clamped(to: sizes)
            case .equal(let name, let value):
                covered.insert(name)
                let found = name == "bucket" ? bucket : form[name] ?? ""
                guard found.utf8.elementsEqual(value.utf8) else { throw failed("eq", name, value) }
            case .prefix(let name, let value):
                covered.insert(name)
                let found = name == "bucket" ? bucket : form[name] ?? ""
                guard Self.begins(found, with: value, inField: name) else {
                    throw failed("starts-with", name, value)
                }
            }
        }
        let fields = ["bucket"] + form.fields.map(\.name)
        let extra = Set(fields.filter { !covered.contains($0) && !Self.needsNoCondition($0) })
        guard extra.isEmpty else {
            throw denied("Extra input fields: \(extra.sorted().joined(separator: ", "))")
        }
        return sizes
    }

    /// Of a list of content types each one counts.
    private static func begins(_ text: String, with prefix: String, inField name: String) -> Bool {
        guard name == "content-type" else { return text.utf8.starts(with: prefix.utf8) }
        return text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).allSatisfy {
            $0.drop { $0 == UInt8(ascii: " ") }.starts(with: prefix.utf8)
        }
    }

    private func failed(_ operation: String, _ name: String, _ value: String) -> S3Error {
        denied("Policy Condition failed: [\"\(operation)\", \"$\(name)\", \"\(value)\"]")
    }
}

private func denied(_ reason: String) -> S3Error {
    S3Error(.accessDenied, "Invalid according to Policy: \(reason)")
}

private func invalid(_ reason: String) -> S3Error {
    S3Error(.invalidPolicyDocument, "Invalid Policy: \(reason).")
}
