import Base
package import Bytes
import Drives
import ErasureCode
import Locks
import Topology
import XLMeta

extension Engine {
    /// Like ``stage(_:size:bucket:key:storageClass:)``, cut as the upload demands.
    ///
    /// - Parameter number: 1...10,000.
    package func stagePart<Body: ByteSource>(
        _ body: inout Body,
        size: Int64?,
        number: Int,
        bucket: String,
        key: String,
        uploadID: String
    ) async throws(StageError<Body.Failure>) -> StagedBody {
        precondition((1...10_000).contains(number))
        let plan: StagingPlan
        do { plan = try await partPlan(number, bucket, key, uploadID) } catch { throw .engine(error) }
        return try await stage(&body, size: size, plan)
    }

    private func partPlan(
        _ number: Int,
        _ bucket: String,
        _ key: String,
        _ uploadID: String
    ) async throws(EngineError) -> StagingPlan {
        let name = try name(of: key)
        _ = try self.bucket(bucket)
        let pending = try await pendingUpload(bucket, name, uploadID)
        let geometry = try pending.geometry()
        let set = set(for: name.path)
        guard geometry.shardCount == set.driveCount else {
            throw .damaged("the upload was begun on a set of \(geometry.shardCount) drives")
        }
        return StagingPlan(
            bucket: bucket,
            key: key,
            path: pending.name.path,
            set: set,
            transactionID: randomness.uuid(),
            geometry: geometry,
            distribution: pending.object.erasure.distribution,
            wantedParity: geometry.parityShards,
            inlineSizeMax: -1,
            partPlace: StagedBody.PartPlace(
                number: number,
                uploadID: uploadID,
                dataDirectory: pending.object.dataDirectory
            )
        )
    }

    /// Makes a staged part one of the upload's, in place of an earlier one of its number.
    ///
    /// - Throws: ``EngineError/uploadNotFound`` when the upload ended meanwhile; what was staged is then discarded,
    ///   as with every error.
    package func commitPart(
        _ staged: StagedBody,
        etag: String,
        checksums: [(algorithm: String, value: String)] = []
    ) async throws(EngineError) -> UploadedPart {
        guard let place = staged.partPlace else { preconditionFailure("this body is not a part") }
        do throws(EngineError) {
            let name = try name(of: staged.key)
            let key = try lockKey(ofUpload: place.uploadID, staged.bucket, name)
            let lease = await locks.acquire(key, .exclusive)
            defer { lease.release() }
            _ = try await pendingUpload(staged.bucket, name, place.uploadID)
            let modified = time.now
            let metadata = PartMetadata(
                etag: etag,
                number: place.number,
                size: Int(staged.size),
                actualSize: Int(staged.size),
                modificationTime: modified,
                checksums: MetadataMap(checksums.map { (key: $0.algorithm, value: Array($0.value.utf8)) })
            )
            let change = SetChange(
                transactionID: staged.transactionID,
                path: staged.path,
                required: staged.geometry.writeQuorum,
                positions: staged.positions,
                replaced: []
            )
            let encoded = metadata.encoded()
            try await apply(change, on: staged.set) { _ in
                .putPart(number: place.number, dataDirectory: place.dataDirectory, metadata: encoded)
            }
            discard(staged, besides: staged.positions)
            return UploadedPart(metadata)
        } catch {
            discard(staged)
            throw error
        }
    }

    /// The parts of a pending upload with numbers greater than `after`, in order.
    package func parts(
        bucket: String,
        key: String,
        uploadID: String,
        after: Int,
        limit: Int
    ) async throws(EngineError) -> (upload: Upload, parts: [UploadedPart], isTruncated: Bool) {
        let name = try name(of: key)
        _ = try self.bucket(bucket)
        // A completion moves the parts away before the record goes; between the two parts would seem missing.
        let lease = await locks.acquire(try lockKey(ofUpload: uploadID, bucket, name), .shared)
        defer { lease.release() }
        let pending = try await pendingUpload(bucket, name, uploadID)
        let upload = Upload(pending, bucket, key, deploymentID: deploymentID)
        guard limit > 0, after < 10_000 else { return (upload, [], false) }
        let all = try await agreedParts(of: pending, set(for: name.path), max(1, after + 1)...10_000).parts
        let page = all.prefix(limit).map { UploadedPart($0) }
        return (upload, page, all.count > limit)
    }

    /// Parts on whose record as many drives agree as are needed to read the shards, by number.
    ///
    /// - Throws: ``EngineError/readQuorumLost(available:required:)`` also when those who do not answer could make a
    ///   part one that is agreed on: it may have been acknowledged.
    func agreedParts(
        of pending: PendingUpload,
        _ set: ErasureSet,
        _ numbers: ClosedRange<Int>
    ) async throws(EngineError) -> AgreedParts {
        let (path, dataDirectory) = (pending.name.path, pending.object.dataDirectory)
        let required = pending.object.erasure.dataShardCount
        let results = await ask(set.slots, within: set.patience, deadlines: set.deadlines) { results in
            results.successCount() >= required ? .enough : .askOn
        } _: { _, drive throws(DriveError) in
            do throws(DriveError) {
                return try await drive.readParts(of: path, dataDirectory: dataDirectory, parts: numbers)
            } catch {
                // No part may have reached this drive yet.
                guard error == .notFound else { throw error }
                return [:]
            }
        }
        let answers = results.map { result -> [Int: [UInt8]]? in
            if case .success(let records)? = result { records } else { nil }
        }
        return try AgreedParts(answers, required: required)
    }
}

/// What the drives of a set say of the parts of an upload.
struct AgreedParts {
    /// In order of their numbers.
    private(set) var parts: [PartMetadata] = []
    private var records: [Int: [UInt8]] = [:]
    private let required: Int
    /// By position; `nil` without an answer.
    private let answers: [[Int: [UInt8]]?]

    init(_ answers: [[Int: [UInt8]]?], required: Int) throws(EngineError) {
        self.answers = answers
        self.required = required
        let available = answers.count { $0 != nil }
        guard available >= required else { throw .readQuorumLost(available: available, required: required) }
        var votes: [Int: [[UInt8]: Int]] = [:]
        for case let records? in answers {
            for (number, record) in records { votes[number, default: [:]][record, default: 0] += 1 }
        }
        for (number, candidates) in votes.sorted(by: { $0.key < $1.key }) {
            guard let (record, count) = candidates.max(by: { $0.value < $1.value }) else { continue }
            guard count >= required else {
                if count + answers.count - available < required { continue }
                throw .readQuorumLost(available: count, required: required)
            }
            // A record that so many drives agree on and nobody can read was never acknowledged by this server.
            guard let part = try? PartMetadata(decoding: record), part.number == number else { continue }
            parts.append(part)
            records[number] = record
        }
    }

    /// Drives that may take part in a completion: those that answered. What such a drive has of another write of a
    /// part it leaves aside, and what it lacks is restored from the others.
    var positions: [Int] { answers.indices.filter { answers[$0] != nil } }

    /// Those of them without one of the chosen parts: what they say of it is not what was agreed on.
    func positions(lackingAnyOf chosen: [PartMetadata]) -> [Int] {
        positions.filter { position in
            !chosen.allSatisfy { answers[position]?[$0.number] == records[$0.number] }
        }
    }

    /// Which drives have the chosen parts. A completion counts only if enough of those take part: others move a data
    /// directory in which they are missing.
    func holdings(of chosen: [PartMetadata]) -> SetChange.Holdings {
        var holdings = SetChange.Holdings()
        holdings.dataShards = required
        for part in chosen {
            holdings.add(positions.filter { answers[$0]?[part.number] == records[part.number] })
        }
        return holdings
    }

    /// The records that were agreed on, as stored.
    func records(of chosen: [PartMetadata]) -> [Int: [UInt8]] {
        let numbers = Set(chosen.map(\.number))
        return records.filter { numbers.contains($0.key) }
    }
}

extension UploadedPart {
    init(_ metadata: PartMetadata) {
        self.init(
            number: metadata.number,
            etag: metadata.etag,
            size: Int64(metadata.actualSize >= 0 ? metadata.actualSize : metadata.size),
            modified: metadata.modificationTime ?? .epoch,
            checksums: metadata.checksums.entries.map { entry in
                (algorithm: entry.key, value: String(decoding: entry.value, as: UTF8.self))
            }
        )
    }
}
