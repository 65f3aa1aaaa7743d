import Base
import Bytes
import Cryptography
import Drives
import Locks
import XLMeta

/// The server's own objects, in the system folder, stored like any other with as much parity as the set allows.
extension Engine {
    func writeInternal(_ name: String, _ bytes: [UInt8]) async throws(EngineError) {
        let path = ObjectPath(volume: ObjectPath.systemVolume, name: name)
        let plan = try stagingPlan(
            path: path,
            key: name,
            parity: { $0.driveCount / 2 },
            inlineSizeMax: options.inlineSizeMax
        )
        var body = BytesInMemory(bytes)
        let staged: StagedBody
        do { staged = try await stage(&body, size: Int64(bytes.count), plan) } catch {
            switch error {
            case .engine(let error): throw error
            }
        }
        let lease = await locks.acquire(.object(bucket: path.volume, name: name), .exclusive)
        defer { lease.release() }
        do throws(EngineError) {
            let metadata = ObjectMetadata(user: [
                (name: "content-type", value: "application/octet-stream"),
                (name: "etag", value: MD5.hash(bytes).hexadecimal),
            ])
            _ = try await commitUnderLease(staged, .null, metadata, [])
        } catch {
            discard(staged)
            throw error
        }
    }

    /// - Throws: ``EngineError/objectNotFound``.
    func readInternal(_ name: String) async throws(EngineError) -> [UInt8] {
        let path = ObjectPath(volume: ObjectPath.systemVolume, name: name)
        let lease = await locks.acquire(.object(bucket: path.volume, name: name), .shared)
        defer { lease.release() }
        let found = try await find(path, key: name, .newest, needsData: true)
        let reader = try await reader(of: found, path)
        defer { reader.close() }
        guard !reader.version.isDeleteMarker else { throw .objectNotFound }
        var bytes: [UInt8] = []
        while let piece = try await reader.next() { bytes += piece.bytes }
        return bytes
    }

    /// Absence is a success.
    func removeInternal(_ name: String) async throws(EngineError) {
        let path = ObjectPath(volume: ObjectPath.systemVolume, name: name)
        let lease = await locks.acquire(.object(bucket: path.volume, name: name), .exclusive)
        defer { lease.release() }
        let set = set(for: name)
        let current = try await current(set, path, key: name)
        try await removeNullVersion(current, set, path, key: name)
    }
}
