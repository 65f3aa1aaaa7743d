extension PoolLayout {
    /// The pools that the operator's arguments name.
    ///
    /// Every argument may hold several, separated by space, comma, semicolon, tab or newline. With
    /// ranges such as `{1...4}` or `{1..4}` each one is a pool of its own; without any, all of them
    /// together are one pool. A single directory is a pool of one drive.
    ///
    /// - Parameter setSize: the operator's SET_DRIVE_COUNT, for all pools.
    /// - Throws: ``TopologyError``, whose description is for the operator.
    package static func pools(volumes: [String], setSize: Int? = nil) throws(TopologyError) -> [PoolLayout] {
        let arguments = volumes.flatMap { $0.split(whereSeparator: isSeparator).map(String.init) }
        guard !arguments.isEmpty else {
            throw volumes.contains { $0.isEmpty } ? .emptyVolumePath : .noVolumes
        }
        var patterns: [VolumePattern] = []
        for argument in arguments {
            guard !argument.contains("://") else { throw .remoteVolume(argument) }
            patterns.append(try VolumePattern(argument))
        }
        var seen: Set<String> = []
        guard patterns.contains(where: \.hasRanges) else {
            let paths = try check(arguments, seen: &seen)
            let size = try SetSize.choose(driveCount: paths.count, requested: setSize)
            return [PoolLayout(drivePaths: paths, setSize: size)]
        }
        var pools: [PoolLayout] = []
        for (pattern, argument) in zip(patterns, arguments) {
            guard pattern.hasRanges else { throw .mixedVolumeStyles(argument) }
            let paths = try check(pattern.paths, seen: &seen)
            let size = try SetSize.choose(
                driveCount: paths.count,
                hostCount: pattern.hostCount,
                requested: setSize
            )
            pools.append(PoolLayout(drivePaths: paths, setSize: size))
        }
        return pools
    }

    private static func isSeparator(_ character: Character) -> Bool {
        character == " " || character == "," || character == ";" || character == "\t" || character.isNewline
    }

    /// The paths in one spelling: absolute, no empty or `.` component, no trailing `/`.
    private static func check(_ paths: [String], seen: inout Set<String>) throws(TopologyError) -> [String] {
        var checked: [String] = []
        for path in paths {
            guard path.hasPrefix("/") else { throw .relativeVolumePath(path) }
            let components = path.split(separator: "/").filter { $0 != "." }
            guard !components.contains("..") else { throw .parentVolumePath(path) }
            guard !components.isEmpty else { throw .rootVolume }
            let clean = "/" + components.joined(separator: "/")
            guard seen.insert(clean).inserted else { throw .duplicateVolume(clean) }
            checked.append(clean)
        }
        return checked
    }
}
