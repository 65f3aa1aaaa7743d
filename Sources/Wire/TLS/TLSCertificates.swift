import Base
import Posix

/// The server's certificates from a folder, read again when they change.
///
///     folder/public.crt      folder/private.key          (MinIO's names)
///     folder/rustfs_cert.pem folder/rustfs_key.pem       (RustFS's)
///     folder/<any>/…         the same names: certificates for other host names, chosen by SNI
///     folder/CAs/…           authorities that vouch for clients: see ``ClientAuthorities``
///
/// Any thread may ask for sessions.
package final class TLSCertificates: Sendable {
    private struct Pair: Equatable {
        let certificatePath: String
        let keyPath: String
        let certificateStamp: FileStamp
        let keyStamp: FileStamp
    }

    private struct Loaded {
        var pairs: [Pair]
        var context: TLSContext
        var checked: ContinuousClock.Instant
    }

    private static let names = [("public.crt", "private.key"), ("rustfs_cert.pem", "rustfs_key.pem")]
    private static let checkInterval = Duration.seconds(1)

    private let folder: String
    private let clients: ClientAuthorities?
    private let loaded: Locked<Loaded>
    private let report: @Sendable (TLSError) -> Void

    /// Reads the folder. Blocks; writing to a connection that is gone is no signal from here on
    /// (``StopSignals/ignoreBrokenPipes()``), because OpenSSL writes without MSG_NOSIGNAL.
    ///
    /// - Parameters:
    ///   - clients: who vouches for clients, which are asked for certificates then; `nil` asks none.
    ///   - report: told when changed files cannot be used, in which case the former ones serve on.
    /// - Returns: `nil` when the folder does not exist or holds no pair of its own.
    package static func load(
        folder: String,
        clients: ClientAuthorities? = nil,
        report: @escaping @Sendable (TLSError) -> Void = { _ in }
    ) throws(TLSError) -> TLSCertificates? {
        let pairs = try pairs(in: folder)
        guard !pairs.isEmpty else { return nil }
        do {
            try StopSignals.ignoreBrokenPipes()
        } catch {
            throw .unavailable(reason: error.description)
        }
        return TLSCertificates(folder, clients, pairs, try context(pairs, clients), report)
    }

    private init(
        _ folder: String,
        _ clients: ClientAuthorities?,
        _ pairs: [Pair],
        _ context: TLSContext,
        _ report: @escaping @Sendable (TLSError) -> Void
    ) {
        self.folder = folder
        self.clients = clients
        self.report = report
        loaded = Locked(Loaded(pairs: pairs, context: context, checked: .now))
    }

    /// A session for a new connection, with the certificates as they are now: changed files are seen a second
    /// later at most. Then reads files, but only a few and rarely.
    ///
    /// - Parameter socket: non-blocking; stays the caller's and outlives the session.
    package func session(on socket: CInt) throws(TLSError) -> TLSSession {
        try TLSSession(current(), socket)
    }

    private func current() -> TLSContext {
        let mustCheck = loaded.withLock { loaded in
            let now = ContinuousClock.now
            guard now - loaded.checked >= Self.checkInterval else { return false }
            loaded.checked = now
            return true
        }
        if mustCheck { reload() }
        return loaded.withLock { $0.context }
    }

    /// Looks at the files now, whenever they were looked at last.
    package func reload() {
        do throws(TLSError) {
            let pairs = try Self.pairs(in: folder)
            guard !pairs.isEmpty else {
                throw .badCertificate(path: folder, reason: "the certificate is gone")
            }
            guard loaded.withLock({ $0.pairs != pairs }) else { return }
            let context = try Self.context(pairs, clients)
            loaded.withLock { loaded in
                loaded.pairs = pairs
                loaded.context = context
            }
        } catch {
            report(error)
        }
    }

    /// The folder's own pair first, then its subfolders'; empty without an own one.
    private static func pairs(in folder: String) throws(TLSError) -> [Pair] {
        guard let own = try pair(in: folder) else { return [] }
        var pairs = [own]
        for name in try subfolders(of: folder) {
            if let pair = try pair(in: "\(folder)/\(name)") { pairs.append(pair) }
        }
        return pairs
    }

    /// Not the hidden ones (Kubernetes keeps former versions there), and not `CAs`, which holds other people's.
    private static func subfolders(of folder: String) throws(TLSError) -> [String] {
        do {
            return try folderNames(path: folder).filter { !$0.hasPrefix(".") && $0 != "CAs" }
        } catch {
            throw .unreadable(path: folder, error)
        }
    }

    private static func pair(in folder: String) throws(TLSError) -> Pair? {
        for (certificate, key) in names {
            let (certificatePath, keyPath) = ("\(folder)/\(certificate)", "\(folder)/\(key)")
            guard let certificateStamp = try stamp(certificatePath) else { continue }
            guard let keyStamp = try stamp(keyPath) else {
                throw .badKey(path: keyPath, reason: "the file is missing beside its certificate")
            }
            return Pair(
                certificatePath: certificatePath,
                keyPath: keyPath,
                certificateStamp: certificateStamp,
                keyStamp: keyStamp
            )
        }
        return nil
    }

    private static func stamp(_ path: String) throws(TLSError) -> FileStamp? {
        do {
            return try FileStamp(path: path)
        } catch {
            guard error.isNotFound else { throw .unreadable(path: path, error) }
            return nil
        }
    }

    private static func context(
        _ pairs: [Pair],
        _ clients: ClientAuthorities?
    ) throws(TLSError) -> TLSContext {
        var alternatives: [TLSContext] = []
        for pair in pairs.dropFirst() {
            alternatives.append(
                try TLSContext(
                    certificatePath: pair.certificatePath,
                    keyPath: pair.keyPath,
                    clients: clients
                )
            )
        }
        return try TLSContext(
            certificatePath: pairs[0].certificatePath,
            keyPath: pairs[0].keyPath,
            clients: clients,
            alternatives: alternatives
        )
    }
}
