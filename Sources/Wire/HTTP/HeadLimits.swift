/// How much of a head is read before it is refused. Sizes in bytes.
package struct HeadLimits: Sendable {
    package var targetSizeMax = 8 * 1024
    /// All field lines with their line ends.
    package var fieldsSizeMax = 64 * 1024
    package var fieldCountMax = 200

    package init() {}

    /// Trailers of a chunked body are smaller.
    static var trailers: HeadLimits {
        var limits = HeadLimits()
        limits.fieldsSizeMax = 8 * 1024
        limits.fieldCountMax = 64
        return limits
    }

    /// The longest request line: a method, the target, the version, two spaces, the line end.
    var requestLineSizeMax: Int { targetSizeMax + 64 }
}
