/// The fields of a form for an upload that stand before its file. What follows the file means nothing.
package struct UploadForm: Sendable {
    package struct Field: Sendable, Hashable {
        /// In lower case.
        package let name: String
        package let value: String
    }

    /// All that stands before the file's content, in bytes.
    package static let sizeMax = 64 << 10
    package static let fieldCountMax = 200

    private static let fileNameVariable = "${filename}"

    /// In the order sent; every name once, but for those that mean nothing.
    package private(set) var fields: [Field] = []

    package init() {}

    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument`` for a field that is there twice;
    ///   ``S3Error/Code-swift.enum/maxPostPreDataLengthExceeded`` for too many.
    package mutating func append(_ name: String, _ value: String) throws(S3Error) {
        let name = name.lowercased()
        guard fields.count < Self.fieldCountMax else { throw S3Error(.maxPostPreDataLengthExceeded) }
        guard self[name] == nil || Self.isIgnored(name) else {
            throw S3Error(
                .invalidArgument,
                "The form has the field '\(name)' twice.",
                fields: [S3Error.Field("ArgumentName", name)]
            )
        }
        fields.append(Field(name: name, value: value))
    }

    /// Puts the file's name where fields stand for it.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/maxPostPreDataLengthExceeded`` where the values are larger then than the form
    ///   itself may be: a short field can name a long file many times.
    package mutating func setFileName(_ fileName: String) throws(S3Error) {
        var room = Self.sizeMax
        var replaced: [Field] = []
        replaced.reserveCapacity(fields.count)
        for field in fields {
            let count = field.value.count(of: Self.fileNameVariable)
            room -= field.value.utf8.count + count * (fileName.utf8.count - Self.fileNameVariable.utf8.count)
            guard room >= 0 else { throw S3Error(.maxPostPreDataLengthExceeded) }
            let value =
                count == 0 ? field.value : field.value.replacing(Self.fileNameVariable, with: fileName)
            replaced.append(Field(name: field.name, value: value))
        }
        fields = replaced
    }

    /// With another field in the place of one, and of those that have the new name already.
    func replacing(_ name: String, with newName: String, _ value: String) -> UploadForm {
        var form = self
        form.fields = fields.filter { $0.name != name && $0.name != newName }
        form.fields.append(Field(name: newName, value: value))
        return form
    }

    /// The value of a field by its name in lower case.
    package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// Whether nobody, not even a policy, has to know of the field.
    static func isIgnored(_ name: String) -> Bool { name.hasPrefix("x-ignore-") }

    /// - Throws: ``S3Error/Code-swift.enum/invalidArgument`` without one; ``S3Error/Code-swift.enum/keyTooLong``.
    package var key: String {
        get throws(S3Error) {
            guard let key = self["key"], !key.isEmpty else { throw .formFieldMissing("key") }
            guard key.utf8.count <= S3Path.keySizeMax else {
                throw S3Error(
                    .keyTooLong,
                    fields: [
                        S3Error.Field("Size", String(key.utf8.count)),
                        S3Error.Field("MaxSizeAllowed", String(S3Path.keySizeMax)),
                    ]
                )
            }
            return key
        }
    }
}

extension String {
    /// How often ``replacing(_:with:)`` finds the pattern.
    fileprivate func count(of pattern: String) -> Int {
        let (bytes, pattern) = (Array(utf8), Array(pattern.utf8))
        var (count, index) = (0, 0)
        while index < bytes.count {
            let isHere = bytes[index] == pattern[0] && bytes[index...].starts(with: pattern)
            count += isHere ? 1 : 0
            index += isHere ? pattern.count : 1
        }
        return count
    }

    /// Bytes are compared, so that no combining character hides what is looked for.
    fileprivate func replacing(_ pattern: String, with replacement: String) -> String {
        let (bytes, pattern) = (Array(utf8), Array(pattern.utf8))
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == pattern[0], bytes[index...].starts(with: pattern) {
                result += replacement.utf8
                index += pattern.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
