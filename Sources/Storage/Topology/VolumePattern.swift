/// One argument that names drives, such as `/mnt/shelf{1...2}/disk{01...12}`, with its ranges expanded.
struct VolumePattern {
    private enum Piece {
        case text(String)
        case range(ClosedRange<Int>, width: Int)
    }

    private static let countMax = 4096

    private let argument: String
    private var pieces: [Piece] = []

    /// - Throws: ``TopologyError/malformedEllipsis(_:)``, ``TopologyError/descendingEllipsis(_:)``,
    ///   ``TopologyError/tooManyVolumes(countMax:)``.
    init(_ argument: String) throws(TopologyError) {
        self.argument = argument
        var rest = argument[...]
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else { throw .malformedEllipsis(argument) }
            pieces.append(.text(String(rest[..<open])))
            pieces.append(try Self.range(rest[rest.index(after: open)..<close], in: argument))
            rest = rest[rest.index(after: close)...]
        }
        guard !argument[rest.startIndex...].contains("}") else { throw .malformedEllipsis(argument) }
        pieces.append(.text(String(rest)))
        try checkCount()
    }

    var hasRanges: Bool { pieces.count > 1 }

    /// How many members the left-most range has.
    var hostCount: Int? {
        for case .range(let range, _) in pieces { return range.count }
        return nil
    }

    /// Every path the pattern stands for. The left-most range varies fastest, so that neighbours, and
    /// with them the drives of one set, lie on different hosts.
    var paths: [String] {
        var paths = [""]
        for piece in pieces.reversed() {
            switch piece {
            case .text(let text): paths = paths.map { text + $0 }
            case .range(let range, let width):
                paths = paths.flatMap { path in range.map { Self.padded($0, to: width) + path } }
            }
        }
        return paths
    }

    /// Counts before anything is expanded.
    private func checkCount() throws(TopologyError) {
        var count = 1
        for case .range(let range, _) in pieces {
            let (product, overflow) = count.multipliedReportingOverflow(by: range.count)
            guard !overflow, product <= Self.countMax else { throw .tooManyVolumes(countMax: Self.countMax) }
            count = product
        }
    }

    /// `1...4` or `1..4`. Leading zeros of either end set the width of all numbers.
    private static func range(_ text: Substring, in argument: String) throws(TopologyError) -> Piece {
        guard let dots = text.firstIndex(of: ".") else { throw .malformedEllipsis(argument) }
        let low = text[..<dots]
        let high = text[dots...].drop { $0 == "." }
        let dotCount = text.count - low.count - high.count
        guard dotCount == 2 || dotCount == 3, let first = number(low), let last = number(high) else {
            throw .malformedEllipsis(argument)
        }
        guard first <= last else { throw .descendingEllipsis(argument) }
        let isPadded = [low, high].contains { $0.count > 1 && $0.first == "0" }
        return .range(first...last, width: isPadded ? max(low.count, high.count) : 0)
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
