package import JSON

/// Why a text is no policy of the kind it should be. `description` tells the user what is wrong, where, and
/// what would be right.
package enum PolicyError: Error, Equatable, Sendable {
    /// The document itself, or one of its statements.
    package enum Place: Equatable, Sendable {
        case document
        /// The first statement has number 1.
        case statement(number: Int, sid: String?)
    }

    /// The size is in bytes.
    case tooLarge(size: Int, sizeMax: Int)
    case notJSON(JSONError)
    case duplicateElement(String, Place)
    case missingElement(String, Place)
    case unknownElement(String, Place)
    /// An element that this kind of policy cannot have, such as Principal in a user's policy.
    case misplacedElement(String, Place)
    case exclusiveElements(String, String, Place)
    case invalidType(element: String, expected: String, Place)
    case emptyElement(String, Place)
    case unsupportedVersion(String)
    case invalidEffect(String, Place)
    case invalidPrincipal(String, Place)
    case allowWithNotPrincipal(Place)
    case unknownAction(String, Place)
    /// No resource of the statement is of the kind that the action is done to.
    case inapplicableAction(String, Place)
    case invalidResource(String, Place)
    case resourceOutsideBucket(String, bucket: String, Place)
    case invalidVariable(String, Place)
    case unknownOperator(String, Place)
    case unknownConditionKey(String, Place)
    case invalidConditionValue(String, operator: String, key: String, expected: String, Place)
}

extension PolicyError.Place: CustomStringConvertible {
    package var description: String {
        switch self {
        case .document: "The policy"
        case .statement(let number, let sid?): "Statement \(number) (Sid \"\(sid)\")"
        case .statement(let number, nil): "Statement \(number)"
        }
    }
}

extension PolicyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLarge(let size, let sizeMax):
            "The policy has \(size) bytes; at most \(sizeMax) are allowed."
        case .notJSON(let reason): "The policy is not valid JSON: \(reason.policyReason)."
        case .duplicateElement(let name, let place):
            "\(place): \"\(name)\" occurs twice in one object; each may occur once."
        case .missingElement(let name, let place): "\(place): required element \(name) is missing."
        case .unknownElement(let name, let place): "\(place): unknown element \"\(name)\"."
        case .misplacedElement(let name, let place):
            "\(place): \(name) belongs in bucket policies only; here the policy's holder is the principal."
        case .exclusiveElements(let one, let other, let place):
            "\(place): \(one) and \(other) exclude each other; use one of them."
        case .invalidType(let element, let expected, let place):
            "\(place): \(element) must be \(expected)."
        case .emptyElement(let name, let place): "\(place): \(name) is empty."
        case .unsupportedVersion(let version):
            "The policy: Version \"\(version)\" is unknown; use \"2012-10-17\"."
        case .invalidEffect(let effect, let place):
            "\(place): Effect is \"\(effect)\" but must be \"Allow\" or \"Deny\"."
        case .invalidPrincipal(let principal, let place):
            "\(place): invalid principal \"\(principal)\"; use \"*\", an account id, or the full ARN of an "
                + "account, user or role without wildcards."
        case .allowWithNotPrincipal(let place):
            "\(place): NotPrincipal works with Effect \"Deny\" only."
        case .unknownAction(let action, let place): "\(place): unknown action \"\(action)\"."
        case .inapplicableAction(let action, let place):
            "\(place): action \"\(action)\" does not apply to any resource in the statement; actions on "
                + "buckets need \"arn:aws:s3:::BUCKET\", actions on objects \"arn:aws:s3:::BUCKET/KEY\"."
        case .invalidResource(let resource, let place):
            "\(place): invalid resource \"\(resource)\"; use \"arn:aws:s3:::BUCKET\" or "
                + "\"arn:aws:s3:::BUCKET/KEY\", where wildcards may stand."
        case .resourceOutsideBucket(let resource, let bucket, let place):
            "\(place): resource \"\(resource)\" is outside of bucket \"\(bucket)\"; it must begin with "
                + "\"arn:aws:s3:::\(bucket)\"."
        case .invalidVariable(let text, let place):
            "\(place): \"\(text)\" has a broken policy variable; write ${key} or ${key, 'default'}."
        case .unknownOperator(let name, let place): "\(place): unknown condition operator \"\(name)\"."
        case .unknownConditionKey(let key, let place): "\(place): unknown condition key \"\(key)\"."
        case .invalidConditionValue(let value, let name, let key, let expected, let place):
            "\(place): \(name) compares \"\(key)\" with \"\(value)\", which is not \(expected)."
        }
    }
}

extension JSONError {
    fileprivate var policyReason: String {
        switch self {
        case .tooLarge(let size, let sizeMax): "\(size) bytes, at most \(sizeMax) are allowed"
        case .tooDeep(let depthMax): "nested deeper than \(depthMax) levels"
        case .unexpectedEnd: "it ends in the middle"
        case .unexpectedByte(let byte, let offset):
            "unexpected \(byte.asQuotedCharacter) at offset \(offset)"
        case .invalidNumber(let offset): "invalid number at offset \(offset)"
        case .invalidEscape(let offset): "invalid escape at offset \(offset)"
        case .controlCharacter(let offset): "control character in a string at offset \(offset)"
        case .invalidUTF8(let offset): "text that is not UTF-8 at offset \(offset)"
        case .repeatedKey(let offset): "an object has a key twice, at offset \(offset)"
        }
    }
}

extension UInt8 {
    fileprivate var asQuotedCharacter: String {
        (0x20..<0x7f).contains(self) ? "'\(Character(Unicode.Scalar(self)))'" : "byte \(self)"
    }
}
