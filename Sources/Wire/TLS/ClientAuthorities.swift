import Base
import COpenSSLTLS
import Posix

/// Who vouches for clients: those that a folder names, and nobody else. The system's authorities vouch for the names of
/// hosts, not for who may do what here. Read again when the folder changes, so that an authority that is taken out vouches
/// for nobody any more, on open connections neither.
///
///     folder/CAs/<any>       PEM, one certificate or several; hidden files are not looked at
///
/// Any thread may ask.
package final class ClientAuthorities: Sendable {
    private struct File: Equatable {
        let path: String
        let stamp: FileStamp
    }

    private struct Loaded {
        var files: [File]
        var store: TrustStore
        var checked: ContinuousClock.Instant
    }

    private static let checkInterval = Duration.seconds(1)

    private let folder: String
    private let loaded: Locked<Loaded>
    private let report: @Sendable (TLSError) -> Void

    /// Reads the folder. Blocks.
    ///
    /// - Parameters:
    ///   - folder: that of the server's certificates. Where it has no `CAs`, nobody vouches for any client.
    ///   - report: told of a file that holds no certificate, which is passed over, and of a folder that cannot be read
    ///     any more, in which case those known before vouch on.
    /// - Throws: `unreadable` when the folder is there and cannot be read.
    package static func load(
        folder: String,
        report: @escaping @Sendable (TLSError) -> Void = { _ in }
    ) throws(TLSError) -> ClientAuthorities {
        let authorities = folder + "/CAs"
        let files = try files(in: authorities)
        let store = try TrustStore(paths: files.map(\.path), report)
        return ClientAuthorities(authorities, Loaded(files: files, store: store, checked: .now), report)
    }

    private init(_ folder: String, _ loaded: Loaded, _ report: @escaping @Sendable (TLSError) -> Void) {
        self.folder = folder
        self.loaded = Locked(loaded)
        self.report = report
    }

    /// Whether the folder names nobody.
    package var isEmpty: Bool { loaded.withLock { $0.files.isEmpty } }

    /// Whether somebody vouches for the certificate now: changed files are seen a second later at most.
    ///
    /// - Parameters:
    ///   - leaf: an `X509`; stays the caller's.
    ///   - others: certificates that may link it to an authority, a stack of `X509`; stays the caller's.
    ///   - level: OpenSSL's security level, below which keys and digests do not count.
    func verify(_ leaf: OpaquePointer, others: OpaquePointer?, level: CInt) -> PeerCertificate.Verification {
        let mustCheck = loaded.withLock { loaded in
            let now = ContinuousClock.now
            guard now - loaded.checked >= Self.checkInterval else { return false }
            loaded.checked = now
            return true
        }
        if mustCheck { reload() }
        return loaded.withLock { $0.store }.verify(leaf, others: others, level: level)
    }

    /// Looks at the folder now, whenever it was looked at last.
    package func reload() {
        do throws(TLSError) {
            let files = try Self.files(in: folder)
            guard loaded.withLock({ $0.files != files }) else { return }
            let store = try TrustStore(paths: files.map(\.path), report)
            loaded.withLock { loaded in
                loaded.files = files
                loaded.store = store
            }
        } catch {
            report(error)
        }
    }

    private static func files(in folder: String) throws(TLSError) -> [File] {
        do throws(Errno) {
            var files: [File] = []
            for name in try folderNames(path: folder) where !name.hasPrefix(".") {
                let path = "\(folder)/\(name)"
                do throws(Errno) {
                    files.append(File(path: path, stamp: try FileStamp(path: path)))
                } catch {
                    // Taken away since the folder was read, or a link to nothing: there is nobody to trust.
                    guard error.isNotFound else { throw error }
                }
            }
            return files
        } catch {
            guard error.isNotFound else { throw .unreadable(path: folder, error) }
            return []
        }
    }
}
