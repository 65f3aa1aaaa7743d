import Base
import Drives

/// Uploads that have become objects and whose folders are on their way out.
///
/// A drive keeps an upload's record until its part of the completion is finished, and the drives get there in groups:
/// those that made the quorum, and each that came late. An upload has ended for as long as any of them is under way.
final class EndedUploads: Sendable {
    private let holds = Locked<[ObjectPath: Int]>([:])

    func contains(_ upload: ObjectPath) -> Bool { holdCount(of: upload) > 0 }

    func holdCount(of upload: ObjectPath) -> Int { holds.withLock { $0[upload] ?? 0 } }

    func hold(_ upload: ObjectPath) { holds.withLock { $0[upload, default: 0] += 1 } }

    func release(_ upload: ObjectPath) {
        holds.withLock { holds in
            guard let count = holds[upload] else { preconditionFailure("released without being held") }
            holds[upload] = count > 1 ? count - 1 : nil
        }
    }
}
