import Base
import Bytes
import Checksums
import Files

extension LocalDrive {
    package func stage(
        _ frames: ShardFrames,
        to file: StagedFile,
        at offset: Int64
    ) async throws(DriveError) {
        let key = file.transaction.description
        await locks.acquire(key)
        defer { locks.release(key) }
        let (known, phase) = state.withLock { state in
            let transaction = state.transactions[file.transaction] ?? DriveTransaction()
            return (transaction.staged[file.partNumber], transaction.phase)
        }
        guard case .staging = phase else { throw .alreadyExists }
        guard known?.isBroken != true, offset == known?.part.size ?? 0 else {
            throw .corrupt("part \(file.partNumber): a staged shard is not written at \(offset)")
        }
        let syncSize = configuration.streamedSyncSize
        try await onLane(writes: true) { [self] tree throws(DriveError) in
            do throws(DriveError) {
                var staged = try tree.append(frames, to: known, of: file)
                state.withLock {
                    $0.transactions[file.transaction, default: .init()].staged[file.partNumber] = staged
                }
                guard staged.unsyncedSize >= syncSize else { return }
                try syncStreamed(staged, in: tree)
                staged.unsyncedSize = 0
                state.withLock { [staged] in
                    $0.transactions[file.transaction]?.staged[file.partNumber] = staged
                }
            } catch {
                // Bytes may be there that the drive does not know of.
                state.withLock { state in
                    state.transactions[file.transaction, default: .init()].staged[file.partNumber]?.isBroken =
                        true
                }
                throw error
            }
        }
    }

    private func syncStreamed(
        _ staged: DriveTransaction<F>.Staged,
        in tree: DriveTree<F>
    ) throws(DriveError) {
        do throws(FileError) {
            try tree.files.sync(staged.handle, .streamed)
        } catch {
            takeOffline("a sync failed: \(error.call) answered \(error.code)")
            throw .failed(call: error.call.description, code: error.code)
        }
    }
}

extension DriveTree {
    func append(
        _ frames: ShardFrames,
        to known: DriveTransaction<F>.Staged?,
        of file: StagedFile
    ) throws(DriveError) -> DriveTransaction<F>.Staged {
        var staged: DriveTransaction<F>.Staged
        if let known { staged = known } else { staged = try create(file) }
        do throws(FileError) {
            try write(frames, to: &staged)
        } catch {
            if known == nil { files.close(staged.handle) }
            throw DriveError(error)
        }
        return staged
    }

    private func create(_ file: StagedFile) throws(DriveError) -> DriveTransaction<F>.Staged {
        let paths = TransactionPaths(file.transaction)
        try makeFolder(paths.folder)
        do throws(FileError) {
            let handle = try files.create(paths.staged(file.partNumber))
            return .init(handle: handle, part: StagedPart(number: file.partNumber))
        } catch { throw DriveError(error) }
    }

    private func write(
        _ frames: ShardFrames,
        to staged: inout DriveTransaction<F>.Staged
    ) throws(FileError) {
        let digestSize = HighwayHash256.digestSize
        var part = staged.part
        var failure: FileError?
        frames.digests.withUnsafeBytes { digests in
            var pieces: [UnsafeRawBufferPointer] = []
            pieces.reserveCapacity(2 * frames.shards.count)
            for (index, shard) in frames.shards.enumerated() {
                let digest = UnsafeRawBufferPointer(
                    rebasing: digests[index * digestSize..<(index + 1) * digestSize]
                )
                pieces += [digest, UnsafeRawBufferPointer(frames.block[shard])]
                part.digests.add(digest)
                part.size += Int64(digestSize + shard.count)
                if part.frameSize == 0 { part.frameSize = digestSize + shard.count }
            }
            do throws(FileError) {
                try files.write(staged.handle, at: staged.part.size, pieces)
            } catch { failure = error }
        }
        if let failure { throw failure }
        staged.unsyncedSize += part.size - staged.part.size
        staged.part = part
    }
}
