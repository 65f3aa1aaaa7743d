/// The type of a version, as its header and body number it.
package enum XLVersionKind: UInt8, Sendable, Hashable {
    case object = 1
    case deleteMarker = 2
    /// An object of a release before 2020, moved into `xl.meta` as it was.
    case legacy = 3
}
