package import JSON

/// Why a document is no set of keys. A key in it that cannot be used is no error, see ``KeyRefusal``.
package enum KeySetError: Error, Equatable, Sendable {
    case tooLarge(size: Int, sizeMax: Int)
    case malformedJSON(JSONError)
    /// There is no list named `keys`.
    case noKeyList
    case tooManyKeys(count: Int, countMax: Int)
}
