import JSON

/// Public keys as a provider publishes them (RFC 7517 §5).
///
/// A key of an unknown kind or use, or one that is not safe, does not spoil the set: it is left out, and
/// ``refusals`` says why.
package struct JSONWebKeySet: Sendable {
    package struct Refusal: Equatable, Sendable {
        /// Which of the document's keys.
        package let index: Int
        /// As the key says, cut to ``TokenError/textSizeMax`` bytes.
        package let id: String?
        package let reason: KeyRefusal
    }

    /// In the document's order.
    package let keys: [VerificationKey]
    package let refusals: [Refusal]

    /// - Parameter sizeMax: bytes that `text` may have.
    /// - Parameter keyCountMax: how many keys, used or not. A token without key id is tried with each.
    package init(
        parsing text: [UInt8],
        sizeMax: Int = 256 << 10,
        keyCountMax: Int = 64
    ) throws(KeySetError) {
        guard text.count <= sizeMax else { throw .tooLarge(size: text.count, sizeMax: sizeMax) }
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: text, depthMax: 16, allowsRepeatedKeys: false)
        } catch {
            throw .malformedJSON(error)
        }
        guard let list = document["keys"]?.array else { throw .noKeyList }
        guard list.count <= keyCountMax else { throw .tooManyKeys(count: list.count, countMax: keyCountMax) }
        var keys: [VerificationKey] = []
        var refusals: [Refusal] = []
        for (index, value) in list.enumerated() {
            do throws(KeyRefusal) {
                keys.append(try VerificationKey(publishedAs: value))
            } catch {
                let id = value["kid"]?.string.map(TokenError.excerpt)
                refusals.append(Refusal(index: index, id: id, reason: error))
            }
        }
        (self.keys, self.refusals) = (keys, refusals)
    }

    /// Keys with that id, compared byte by byte; all of them for a token that names none.
    func keys(withID id: String?) -> [VerificationKey] {
        guard let id else { return keys }
        return keys.filter { $0.id.map { $0.utf8.elementsEqual(id.utf8) } ?? false }
    }
}
