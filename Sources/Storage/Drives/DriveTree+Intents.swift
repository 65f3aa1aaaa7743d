import Files

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension DriveTree {
    /// Writes the intent under its name, over a spare one if there is one. Not durable before a sync.
    func writeIntent(_ intent: Intent) throws(DriveError) {
        let bytes = intent.encoded()
        let place = TransactionPaths(intent.id).intent
        guard let spare = spares.take(), try overwrite(spare, with: bytes) else {
            return try write(bytes, to: place)
        }
        try move(spare, to: place, floor: SystemPath.temporary)
    }

    /// False when the file is not there any more.
    private func overwrite(_ path: String, with bytes: [UInt8]) throws(DriveError) -> Bool {
        do throws(FileError) {
            let handle = try files.openToOverwrite(path)
            defer { files.close(handle) }
            var failure: FileError?
            bytes.withUnsafeBytes { bytes in
                do throws(FileError) { try files.write(handle, at: 0, [bytes]) } catch { failure = error }
            }
            if let failure { throw failure }
            return true
        } catch {
            guard error.code == ENOENT else { throw DriveError(inOwnFolder: error) }
            return false
        }
    }

    /// Ends an intent, under whichever of its names it is there: it becomes a spare one, or goes.
    func retireIntent(_ path: String) throws(DriveError) {
        guard spares.hasRoom else { return try removeFileIfThere(path) }
        let spare = SystemPath.trash + "/" + FilePath.split(path).name
        do throws(FileError) {
            try files.rename(path, to: spare)
            spares.add(spare)
        } catch {
            guard error.code == ENOENT else { throw DriveError(inOwnFolder: error) }
        }
    }

    func removeSpareIntents() throws(DriveError) {
        for spare in spares.takeAll() { try removeFileIfThere(spare) }
    }
}
