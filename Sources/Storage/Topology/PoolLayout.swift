/// The drives of one pool in order, cut into sets of equal size: consecutive runs of paths.
package struct PoolLayout: Sendable, Hashable {
    /// Absolute paths without a trailing `/`, in the order that set and drive indices count.
    package let drivePaths: [String]
    package let setSize: Int

    package var setCount: Int { drivePaths.count / setSize }

    /// `setSize` must divide the number of paths.
    package init(drivePaths: [String], setSize: Int) {
        precondition(setSize > 0 && !drivePaths.isEmpty && drivePaths.count.isMultiple(of: setSize))
        self.drivePaths = drivePaths
        self.setSize = setSize
    }

    package func drivePaths(ofSet setIndex: Int) -> ArraySlice<String> {
        drivePaths[setIndex * setSize..<(setIndex + 1) * setSize]
    }
}
