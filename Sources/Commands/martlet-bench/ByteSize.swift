/// Sizes as people write them: `0`, `4096`, `4KiB`, `1MiB`.
enum ByteSize {
    /// The largest object one PUT can write in S3.
    static let max = 5 << 30

    private static let units: [(name: String, size: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]

    /// Digits and, optionally, a binary unit in either case. `nil` for anything else, `KB` among it (does
    /// it mean 1000 or 1024?), and for more than ``max``.
    static func parse(_ text: some StringProtocol) -> Int? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let count = Int(digits) else { return nil }
        let name = text.dropFirst(digits.count)
        guard
            let unit = name.isEmpty
                ? 1 : units.first(where: { $0.name.lowercased() == name.lowercased() })?.size
        else { return nil }
        let (size, overflows) = count.multipliedReportingOverflow(by: unit)
        return overflows || size > max ? nil : size
    }

    /// In the largest unit that loses nothing: `4KiB`, `1536B`.
    static func text(_ size: Int) -> String {
        guard size > 0, let unit = units.first(where: { size.isMultiple(of: $0.size) }) else {
            return "\(size)B"
        }
        return "\(size / unit.size)\(unit.name)"
    }
}
