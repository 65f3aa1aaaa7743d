import Base
import CLDAP
import Telemetry

/// One connection, used by one thread for one request, and closed.
///
/// Each option is set here, because libldap would take it from files and from the environment otherwise.
final class DirectoryConnection {
    private let settings: DirectorySettings
    private let deadline: ContinuousClock.Instant
    private let cut: ConnectionCut
    private let handle: OpaquePointer

    /// A directory's answer to what is asked here is a few names.
    private static let messageSizeMax = 1 << 20
    private static let systemAuthoritiesPath = "/etc/ssl/certs/ca-certificates.crt"

    /// Connects, up to the end of the TLS handshake.
    ///
    /// - Parameter cut: is to end the connection at the deadline; before that, it means that the request is cancelled.
    init(
        _ settings: DirectorySettings,
        deadline: ContinuousClock.Instant,
        cut: ConnectionCut
    ) throws(DirectoryError) {
        (self.settings, self.deadline, self.cut) = (settings, deadline, cut)
        var handle: OpaquePointer?
        let code = cldap_open(&handle, settings.plainURL)
        guard code == LDAP_SUCCESS, let handle else {
            throw .unavailable(.failed(.connect, code: code, reason: Self.text(code)))
        }
        self.handle = handle
        try checkTime()
        try configure()
        try connect()
        switch settings.protection {
        case .none: break
        case .startTLS:
            try startTLS()
            try shakeHands(.startTLS)
        case .tls: try shakeHands(.connect)
        }
    }

    deinit {
        cut.ends(nil)
        cldap_close(handle)
    }

    /// - Returns: the directory's code; zero when it believes the password.
    func bind(_ dn: String, _ password: Secret) throws(DirectoryError) -> Int32 {
        var id: Int32 = 0
        let secret = Array(password.revealed().utf8)
        let code = secret.withUnsafeBytes { cldap_bind(handle, dn, $0.baseAddress, $0.count, &id) }
        try checkSent(code, .bind)
        return try finalCode(of: id, .bind) { _ throws(DirectoryError) in }
    }

    /// The names of the entries at and below `base` that match, or of `base` alone.
    ///
    /// - Returns: at most `countMax` and one more, by which the caller sees that there are too many.
    func search(
        _ base: String,
        _ filter: String,
        countMax: Int,
        scope: Int32 = LDAP_SCOPE_SUBTREE,
        _ operation: DirectoryError.Operation
    ) throws(DirectoryError) -> [String] {
        var id: Int32 = 0
        let sent = cldap_search(handle, base, scope, filter, Int32(countMax + 1), &id)
        try checkSent(sent, operation)
        var names: [String] = []
        let code = try finalCode(of: id, operation) { (message) throws(DirectoryError) in
            guard names.count <= countMax else { return }
            guard let name = cldap_entry_name(handle, message) else {
                throw .unavailable(.failed(operation, code: LDAP_DECODING_ERROR, reason: "no name"))
            }
            defer { cldap_free_text(name) }
            names.append(String(cString: name))
        }
        switch code {
        case LDAP_SUCCESS: return names
        case LDAP_SIZELIMIT_EXCEEDED where names.count > countMax: return names
        // A base that is not there has nothing below it.
        case LDAP_NO_SUCH_OBJECT: return names
        // A name of types that the directory does not know.
        case LDAP_INVALID_DN_SYNTAX where scope == LDAP_SCOPE_BASE: return names
        default: throw .unavailable(.failed(operation, code: code, reason: Self.text(code)))
        }
    }

    private func configure() throws(DirectoryError) {
        let connectMilliseconds = CLong(
            min(settings.connectTimeout, deadline - .now).milliseconds
        )
        var codes = [
            cldap_set_number(handle, LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3),
            cldap_set_number(handle, LDAP_OPT_DEREF, LDAP_DEREF_NEVER),
            // Or the directory could send us, and the password, to any other server.
            cldap_switch_off(handle, LDAP_OPT_REFERRALS),
            cldap_set_time(handle, LDAP_OPT_NETWORK_TIMEOUT, connectMilliseconds),
            cldap_set_incoming_max(handle, Self.messageSizeMax),
        ]
        if settings.protection != .none {
            let required = settings.verifiesCertificate ? LDAP_OPT_X_TLS_DEMAND : LDAP_OPT_X_TLS_NEVER
            let path = settings.authoritiesPath ?? Self.systemAuthoritiesPath
            codes += [
                cldap_set_number(handle, LDAP_OPT_X_TLS_REQUIRE_CERT, Int32(required)),
                cldap_set_number(handle, LDAP_OPT_X_TLS_PROTOCOL_MIN, Int32(cldap_tls_1_2.rawValue)),
                cldap_set_text(handle, LDAP_OPT_X_TLS_CACERTFILE, path),
                // Makes the settings above count.
                cldap_set_number(handle, LDAP_OPT_X_TLS_NEWCTX, 0),
            ]
        }
        if let code = codes.first(where: { $0 != LDAP_SUCCESS }) {
            throw .unavailable(.failed(.connect, code: code, reason: "an option is not accepted"))
        }
    }

    private func startTLS() throws(DirectoryError) {
        var id: Int32 = 0
        try checkSent(cldap_start_tls(handle, &id), .startTLS)
        let code = try finalCode(of: id, .startTLS) { _ throws(DirectoryError) in }
        guard code == LDAP_SUCCESS else {
            throw .unavailable(.failed(.startTLS, code: code, reason: Self.text(code)))
        }
    }

    private func connect() throws(DirectoryError) {
        let code = cldap_connect(handle)
        guard code == LDAP_SUCCESS else { throw failure(code, .connect) }
        cut.ends(cldap_descriptor(handle))
        // With a time limit, libldap asks GnuTLS again and again instead of waiting. From here on the cut is the limit.
        let unlimited = cldap_set_time(handle, LDAP_OPT_NETWORK_TIMEOUT, -1)
        guard unlimited == LDAP_SUCCESS else { throw failure(unlimited, .connect) }
    }

    private func shakeHands(_ operation: DirectoryError.Operation) throws(DirectoryError) {
        let code = cldap_install_tls(handle)
        guard code == LDAP_SUCCESS else { throw failure(code, operation) }
    }

    /// Waits for the request's end.
    ///
    /// - Parameter take: gets each entry before it.
    private func finalCode(
        of id: Int32,
        _ operation: DirectoryError.Operation,
        _ take: (OpaquePointer) throws(DirectoryError) -> Void
    ) throws(DirectoryError) -> Int32 {
        while true {
            try checkTime()
            var message: OpaquePointer?
            let type = cldap_wait(handle, id, CLong((deadline - .now).milliseconds), &message)
            guard type != 0 else { continue }
            guard type > 0, let message else { throw failure(cldap_last_code(handle), operation) }
            defer { cldap_free_message(message) }
            switch ber_tag_t(type) {
            case LDAP_RES_SEARCH_ENTRY: try take(message)
            case LDAP_RES_SEARCH_REFERENCE, LDAP_RES_INTERMEDIATE: break
            default:
                var code: Int32 = 0
                let parsed = cldap_answer(handle, message, &code)
                guard parsed == LDAP_SUCCESS else { throw failure(parsed, operation) }
                return code
            }
        }
    }

    private func checkTime() throws(DirectoryError) {
        if let failure = timeFailure { throw failure }
    }

    private var timeFailure: DirectoryError? {
        guard ContinuousClock.now < deadline else { return .unavailable(.timedOut(server: settings.url)) }
        return cut.isCut ? .unavailable(.cancelled) : nil
    }

    private func checkSent(_ code: Int32, _ operation: DirectoryError.Operation) throws(DirectoryError) {
        guard code == LDAP_SUCCESS else { throw failure(code, operation) }
    }

    private func failure(_ code: Int32, _ operation: DirectoryError.Operation) -> DirectoryError {
        if let timeFailure { return timeFailure }
        switch code {
        case LDAP_SERVER_DOWN, LDAP_CONNECT_ERROR:
            return .unavailable(.unreachable(server: settings.url, reason: Self.text(code)))
        case LDAP_TIMEOUT: return .unavailable(.timedOut(server: settings.url))
        default: return .unavailable(.failed(operation, code: code, reason: Self.text(code)))
        }
    }

    private static func text(_ code: Int32) -> String { String(cString: cldap_describe(code)) }
}

extension Duration {
    /// At least one.
    fileprivate var milliseconds: Int {
        let (seconds, attoseconds) = components
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
