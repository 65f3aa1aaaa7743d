/// One part of an object.
package struct XLPart: Sendable, Hashable {
    package var number: Int
    /// Bytes stored.
    package var size: Int
    /// Bytes the client sent; −1 is not known.
    package var actualSize: Int

    package init(number: Int, size: Int, actualSize: Int) {
        self.number = number
        self.size = size
        self.actualSize = actualSize
    }
}
