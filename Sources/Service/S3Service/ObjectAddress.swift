/// Where an object is, as a request names it.
package struct ObjectAddress: Sendable, Hashable {
    package let bucket: String
    package let key: String

    package init(bucket: String, key: String) {
        self.bucket = bucket
        self.key = key
    }
}
