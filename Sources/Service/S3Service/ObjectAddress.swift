/// Where an object is, as a request names it.
package struct ObjectAddress: Sendable, Hashable {
    package let bucket: String
    package let key: String

    package init(bucket: String, key: String) {
        self.bucket = bucket
        self.key = key
    }

    /// By their bytes: `==` of `String` takes a composed and a decomposed é for the same, which are two keys.
    package static func == (left: Self, right: Self) -> Bool {
        left.bucket.utf8.elementsEqual(right.bucket.utf8) && left.key.utf8.elementsEqual(right.key.utf8)
    }
}
