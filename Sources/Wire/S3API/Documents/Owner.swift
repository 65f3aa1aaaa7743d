/// Whose a bucket or an object is.
package struct Owner: Sendable, Hashable {
    package let id: String
    package let displayName: String

    package init(id: String, displayName: String) {
        self.id = id
        self.displayName = displayName
    }
}
