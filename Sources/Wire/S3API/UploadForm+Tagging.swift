internal import Base
internal import XML

extension UploadForm {
    /// The form with its field `tagging`, an XML document, as the header x-amz-tagging that a put would have.
    ///
    /// - Throws: ``S3Error/Code-swift.enum/malformedXML``.
    package func withTaggingHeader() throws(S3Error) -> UploadForm {
        guard let document = self["tagging"] else { return self }
        let root = try parse(Array(document.utf8), root: ["Tagging"], sizeMax: Self.sizeMax)
        guard let set = root.child("TagSet") else { throw S3Error(.malformedXML) }
        var tags: [String] = []
        for tag in set.children(named: "Tag") {
            guard let key = tag.text(of: "Key"), let value = tag.text(of: "Value") else {
                throw S3Error(.malformedXML)
            }
            tags.append("\(encoded(key))=\(encoded(value))")
        }
        return replacing("tagging", with: S3Header.tagging, tags.joined(separator: "&"))
    }
}

private func encoded(_ text: String) -> String {
    String(decoding: PercentCoding.encode(text.utf8), as: UTF8.self)
}
