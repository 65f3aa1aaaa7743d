internal import Base
internal import HTTP
internal import HTTPServer
internal import IAM
internal import S3Service
internal import STSService
internal import SigV4
internal import Telemetry

/// The security token service as the S3 port has it.
///
///     POST / as a form ─▶ line of its address ─▶ line of all ─▶ form ─▶ who signed? ─▶ STSInterface ─▶ XML, audit line
struct STSEndpoint: Sendable {
    /// Where the parameters of a call stand.
    enum Parameters: Equatable {
        /// In the body, as AWS's clients send them.
        case body
        /// Behind the `?`, as some of MinIO's clients do.
        case query
    }

    let interface: STSInterface
    /// Whether certificates of clients count for which no authority vouches.
    private let trustsEveryCertificate: Bool
    private let identities: any IdentityStore
    private let limit: SignInLimit
    private let region: String?
    private let audit: Logger?
    private let time: any TimeSource
    /// Calls come from anybody: so many are read and answered at once, and the memory they take is bounded.
    private let readers: RequestGate
    /// Lest one address take all of those places.
    private let shares: AddressShares

    private static let readersMax = 64
    private static let share = 16
    /// Of one address, those that run and those that wait.
    private static let presentMax = 128
    private static let readingTimeMax = Duration.seconds(10)
    private static let pieceSize = 16 << 10

    /// - Parameters:
    ///   - trustsEveryCertificate: whether certificates of clients count for which no authority vouches.
    ///   - limit: counts failed sign-ins of S3 requests too.
    ///   - region: the only one that signatures may be for; `nil` accepts any.
    init(
        _ interface: STSInterface,
        trustsEveryCertificate: Bool,
        identities: any IdentityStore,
        limit: SignInLimit,
        region: String?,
        audit: Logger?,
        time: any TimeSource
    ) {
        (self.interface, self.identities, self.limit) = (interface, identities, limit)
        self.trustsEveryCertificate = trustsEveryCertificate
        (self.region, self.audit, self.time) = (region, audit, time)
        readers = RequestGate(runningMax: Self.readersMax, patience: Self.readingTimeMax, time: time)
        shares = AddressShares(
            runningMax: Self.share,
            presentMax: Self.presentMax,
            patience: Self.readingTimeMax,
            time: time
        )
    }

    /// - Parameter kind: of the request's signature.
    /// - Returns: `nil` for what is no call of this service.
    static func parameters(of head: RequestHead, kind: SignatureKind, isVirtualHost: Bool) -> Parameters? {
        guard head.method == .post, !isVirtualHost, head.path.elementsEqual("/".utf8) else { return nil }
        guard let query = head.query, !query.isEmpty else {
            let type = head.text(of: .contentType)?.split(separator: ";").first?.lowercased()
            return type?.filter { $0 != " " && $0 != "\t" } == "application/x-www-form-urlencoded"
                ? .body : nil
        }
        guard kind == .anonymous else { return nil }
        let names = query.split(separator: UInt8(ascii: "&")).map { $0.prefix { $0 != UInt8(ascii: "=") } }
        let isCall = ["Action", "Version"].allSatisfy { name in
            names.contains { $0.elementsEqual(name.utf8) }
        }
        return isCall ? .query : nil
    }

    /// Reads and answers a call when it is its turn. Its place is another's only when it is answered: until then its form
    /// is in memory.
    func inTurn<Answer>(
        of address: String,
        _ body: () async throws(STSError) -> Answer
    ) async throws(STSError) -> Answer {
        guard await shares.enter(address) else { throw Self.tooManyCalls }
        defer { shares.leave(address) }
        guard await readers.enter() else { throw Self.tooManyCalls }
        defer { readers.leave() }
        return try await body()
    }

    private static let tooManyCalls = STSError(
        .slowDown,
        "Too many requests are being answered. Try again later."
    )

    /// The form's bytes. Nothing is known of the sender yet.
    ///
    /// - Parameter attempts: those of the client; a form that does not end in time counts as a failed one.
    func bytes(
        _ parameters: Parameters,
        _ exchange: Exchange,
        _ attempts: ClientAttempts
    ) async throws(STSError) -> [UInt8] {
        switch parameters {
        case .query: return Array(exchange.head.query ?? [])
        case .body: break
        }
        guard !attempts.areExhausted(for: .form) else { throw .tooManyFailures }
        do throws(RequestBodyError) {
            return try await read(exchange.body)
        } catch {
            if case .tooSlow = error { attempts.recordFailure(of: .form) }
            throw STSError(from: error)
        }
    }

    private func read(_ body: RequestBody) async throws(RequestBodyError) -> [UInt8] {
        body.sizeMax = Int64(STSInterface.formSizeMax)
        let end = time.elapsed + Self.readingTimeMax
        var bytes: [UInt8] = []
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
        defer { piece.deallocate() }
        while true {
            let count = try await body.read(into: piece)
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
            // Others wait in line.
            guard time.elapsed < end else { throw .tooSlow(received: body.received) }
        }
    }

    /// Where the call comes from, with the certificate that its connection showed.
    func origin(_ exchange: Exchange) -> STSInterface.Origin {
        STSInterface.Origin(isTLS: exchange.isTLS) {
            exchange.clientCertificate().map { certificate in
                ClientCertificate(certificate, acceptsUnverified: trustsEveryCertificate, now: time.now)
            }
        }
    }

    /// Who signed the call.
    func sender(
        _ exchange: Exchange,
        _ kind: SignatureKind,
        body: [UInt8],
        attempts: ClientAttempts
    ) throws(STSError) -> SignedIdentity {
        try STSSender.identity(
            of: SignedHead(exchange.head),
            kind: kind,
            body: body,
            identities: identities,
            attempts: attempts,
            region: region,
            now: time.now
        )
    }

    func attempts(of address: String) -> ClientAttempts { ClientAttempts(limit: limit, address: address) }

    /// For the audit, where there is one.
    ///
    /// - Parameter user: who asked, as far as that is known.
    func record(
        _ operation: String?,
        _ result: Result<STSResponse, STSError>,
        user: String?,
        from address: String,
        _ requestID: RequestID
    ) {
        guard let audit else { return }
        AuditLog(logger: audit.with(requestID: requestID.description))
            .record(operation, result, user: user, from: address)
    }
}

/// Failed sign-ins of one address.
struct ClientAttempts: SignInAttempts {
    let limit: SignInLimit
    let address: String

    func areExhausted(for subject: SignInSubject) -> Bool {
        limit.isReached(by: address, accessKey: Self.key(subject))
    }

    func recordFailure(of subject: SignInSubject) {
        limit.recordFailure(of: address, accessKey: Self.key(subject))
    }

    func reserve(_ subject: SignInSubject) -> Bool {
        limit.reserve(by: address, accessKey: Self.key(subject))
    }

    func release(_ subject: SignInSubject) { limit.release(by: address, accessKey: Self.key(subject)) }

    /// No access key has a slash in it.
    private static func key(_ subject: SignInSubject) -> String? {
        switch subject {
        case .accessKey(let key): key
        case .unknownAccessKey: nil
        case .directory: "/directory"
        case .token: "/token"
        case .certificate: "/certificate"
        case .form: "/form"
        }
    }
}

extension STSError {
    fileprivate init(from error: RequestBodyError) {
        switch error {
        case .tooLarge(let sizeMax):
            self.init(.invalidParameterValue, "The form is larger than \(sizeMax) bytes.")
        case .tooSlow: self.init(.invalidParameterValue, "The form did not arrive in time.")
        case .disconnected, .malformed:
            self.init(.invalidParameterValue, "The form did not arrive as a whole.")
        case .cancelled: self.init(.serviceUnavailable, "The server is stopping.")
        }
    }
}
