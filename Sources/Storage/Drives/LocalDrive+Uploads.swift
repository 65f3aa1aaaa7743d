import Base
import Files

extension LocalDrive {
    package func removeUpload(_ upload: ObjectPath) async throws(DriveError) {
        let folder = try upload.checkedFolder()
        let trash = SystemPath.trash + "/\(newID())"
        try await onLane(writes: true) { tree throws(DriveError) in
            try tree.moveIfThere(folder, to: trash)
            try tree.prune(FilePath.split(folder).parent, floor: upload.volume)
        }
        try await sync(.applied)
        state.withLock { $0.purgeable.append(Purge(paths: [trash], record: nil)) }
        await purge(countMax: 1)
    }
}
