package import S3API
internal import XLMeta

extension S3Request {
    /// Of x-amz-tagging; `nil` where it names no tags.
    ///
    /// - Throws: what ``S3API/Tagging/init(header:)`` does.
    package var tagging: Tagging? {
        get throws(S3Error) {
            guard let text = header(S3Header.tagging), !text.isEmpty else { return nil }
            let tagging = try Tagging(header: text)
            return tagging.tags.isEmpty ? nil : tagging
        }
    }
}

extension Tagging {
    /// For `MetaUsr`.
    package var stored: [(name: String, value: String)] {
        tags.isEmpty ? [] : [(UserMetadataKey.tagging, encoded)]
    }

    /// What the conditions of policies are to see of a request whose body has them.
    package var conditionValues: [String: [String]] {
        var values: [String: [String]] = ["s3:requestobjecttagkeys": tags.map(\.key)]
        for tag in tags {
            values["s3:requestobjecttag/\(tag.key.lowercased())", default: []].append(tag.value)
        }
        return values
    }
}
