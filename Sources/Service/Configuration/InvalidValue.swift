/// A text that is not a value of its setting.
package struct InvalidValue: Error, Equatable {
    /// What would be right, as the end of "it must be …".
    package let expectation: String

    package init(_ expectation: String) { self.expectation = expectation }
}
