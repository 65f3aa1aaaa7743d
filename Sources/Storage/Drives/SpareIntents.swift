import Base

/// Intent files of ended transactions that the next ones write over.
///
/// A file that is made and removed for every change is the dearest part of a small one on ext4, which passes over
/// every inode removed in the last minutes whenever it looks for a free one.
///
///     tmp/<tx>.intent ──finish──▶ tmp/.trash/<tx>.intent ──write over──▶ rename ──▶ tmp/<next tx>.intent
///
/// Nothing waits for a sync in between. A crash can bring the old name back, but with the old bytes it is what an
/// intent is that was not removed durably; with the next one's bytes it is refused, because the id in it is not
/// that of its name, and torn ones by their chain: both are what an intent is that was removed.
final class SpareIntents: Sendable {
    /// A file takes a block; as many as commits run at a time are enough.
    private static let countMax = 256

    private let paths = Locked<[String]>([])

    /// Whether another one is wanted.
    var hasRoom: Bool { paths.withLock { $0.count < Self.countMax } }

    func add(_ path: String) { paths.withLock { $0.append(path) } }

    /// The last one, whose bytes are most likely still at hand.
    func take() -> String? { paths.withLock { $0.popLast() } }

    func takeAll() -> [String] {
        paths.withLock { paths in
            defer { paths = [] }
            return paths
        }
    }
}
