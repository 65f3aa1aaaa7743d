package import Base
package import Engine
internal import HTTP
package import HTTPServer
package import IAM
package import Policy
internal import Posix
package import S3API
package import S3Service
package import STSService
internal import SigV4
package import Telemetry

/// From an exchange to an operation and back.
///
///     head ─▶ gate ─▶ site? ─▶ path ─▶ health? ─▶ route ─▶ signature ─▶ parse ─▶ rights ─▶ perform ─▶ answer
///
/// Nothing is looked at, and no byte of the body is asked for, before the signature and every right of the
/// request were checked. But a form's fields stand before its file in the body, and the signature among them; and where
/// conditions of policies ask for what the body says, it is read first, and nothing else is.
package struct S3Handler: ExchangeHandler {
    let engine: Engine
    private let table: OperationTable
    private let authenticator: Authenticator
    private let access: AccessRules
    private let accounts: any AccountDirectory
    private let objectOwnership: ObjectOwnership
    let admin: (any AdminHandling)?
    private let sts: STSEndpoint?
    private let domains: [String]
    let region: String
    let gate: RequestGate
    private let forms: FormReading
    private let crossOrigin: CrossOrigin
    let answers: Answers
    let logger: Logger
    let clients: ClientAddresses
    let time: any TimeSource
    private let randomness: any Randomness
    private let lifecycles: BucketLifecycles
    private let websites: WebsiteHosts
    /// `nil` where buckets have no logs.
    let bucketLogs: BucketLogDelivery?

    package struct Options: Sendable {
        /// Below which a label of the host name is a bucket.
        package var domains: [String] = []
        /// Below which a label of the host name is a bucket that is served as a web site.
        package var websiteDomains: [String] = []
        /// Of every bucket.
        package var region = "us-east-1"
        /// Whether signatures for other regions are refused.
        package var requiresRegion = false
        package var requestsMax = 10_000
        /// How long a request waits for its turn.
        package var requestsPatience = Duration.seconds(10)
        /// Origins whose scripts may use buckets without CORS rules of their own; `*` for all.
        package var allowedOrigins: [String] = []
        /// Whose word on where a request comes from counts.
        package var trustedProxies: [IPNetwork] = []
        /// Failed sign-ins of one address a minute; 0 for any number.
        package var signInFailuresMax = 100
        /// Whether certificates of clients count for which no authority vouches. Anybody can make one.
        package var trustsEveryClientCertificate = false
        /// Of new buckets that do not say.
        package var objectOwnership = ObjectOwnership.bucketOwnerEnforced

        package init() {}
    }

    /// - Parameters:
    ///   - policies: those that `authorizer` asks, if it asks any.
    ///   - sts: `nil` where nobody is handed temporary credentials.
    ///   - audit: gets a line for every decision; `nil` for none.
    package init(
        engine: Engine,
        table: OperationTable,
        identities: any IdentityStore,
        policies: BucketPolicies,
        authorizer: any Authorizer,
        admin: (any AdminHandling)? = nil,
        sts: STSInterface? = nil,
        lifecycles: BucketLifecycles = BucketLifecycles(),
        bucketLogs: BucketLogDelivery? = nil,
        options: Options,
        logger: Logger,
        audit: Logger? = nil,
        time: any TimeSource = SystemTime(),
        randomness: any Randomness = SystemRandomness()
    ) {
        self.engine = engine
        self.table = table
        access = AccessRules(
            authorizer: authorizer,
            tags: ExistingTags(engine, policies),
            lists: ExistingLists(engine, policies),
            audit: audit
        )
        accounts = identities
        objectOwnership = options.objectOwnership
        self.admin = admin
        self.logger = logger
        self.time = time
        self.randomness = randomness
        self.lifecycles = lifecycles
        self.bucketLogs = bucketLogs
        let limit = SignInLimit(failuresMax: options.signInFailuresMax, time: time)
        let onlyRegion = options.requiresRegion ? options.region : nil
        authenticator = Authenticator(store: identities, region: onlyRegion, limit: limit)
        self.sts = sts.map { interface in
            STSEndpoint(
                interface,
                trustsEveryCertificate: options.trustsEveryClientCertificate,
                identities: identities,
                limit: limit,
                region: onlyRegion,
                audit: audit,
                time: time
            )
        }
        crossOrigin = CrossOrigin(
            BucketCORS(engine) { bucket, error in
                logger.error(
                    "stored CORS rules cannot be read, so they allow nothing",
                    ["bucket": .text(bucket), "reason": .of(error)]
                )
            },
            allowing: options.allowedOrigins
        )
        clients = ClientAddresses(proxies: options.trustedProxies)
        domains = options.domains
        websites = WebsiteHosts(
            below: options.domains,
            region: options.region,
            others: options.websiteDomains
        )
        region = options.region
        forms = FormReading(time: time)
        gate = RequestGate(runningMax: options.requestsMax, patience: options.requestsPatience, time: time)
        let hostID = (0..<2).map { _ in RequestID(using: randomness).description }.joined()
        answers = Answers(hostID: hostID, region: options.region)
    }

    /// For the HTTP server: what it answers by itself looks like everything else.
    package var rejection: RejectionAnswer {
        { [answers, randomness] rejection in
            answers.rejection(rejection, requestID: RequestID(using: randomness))
        }
    }

    package func handle(_ exchange: Exchange) async {
        let requestID = RequestID(using: randomness)
        let start = time.elapsed
        let log = AccessLog(logger.with(requestID: requestID.description), time: time)
        var outcome = AccessLog.Outcome(status: 0, received: 0, sent: 0, remote: exchange.remote.description)
        await answer(exchange, requestID, &outcome)
        outcome.received = exchange.body.received
        outcome.sent = exchange.response.bytesSent
        logForBucket(exchange, requestID, outcome, since: start)
        log.record(exchange.head.method, path: exchange.head.path, outcome)
    }

    private func answer(_ exchange: Exchange, _ requestID: RequestID, _ outcome: inout AccessLog.Outcome)
        async
    {
        if let bucket = websites.bucket(of: exchange.head) {
            guard await gate.enter() else { return await sendSlowDown(exchange, bucket, requestID, &outcome) }
            defer { gate.leave() }
            await serveWebsite(of: bucket, exchange, requestID, &outcome)
            return
        }
        let path: S3Path
        do throws(S3Error) {
            let host = exchange.head.host.map { String(decoding: $0, as: UTF8.self) }
            path = try S3Path(path: exchange.head.path, host: host, domains: domains)
        } catch {
            await send(error, exchange, requestID, &outcome)
            return
        }
        guard await gate.enter() else {
            return await sendSlowDown(exchange, path.bucket, requestID, &outcome)
        }
        defer { gate.leave() }
        (outcome.bucket, outcome.key) = (path.bucket, path.key)
        await answer(exchange, path, requestID, &outcome)
    }

    private func answer(
        _ exchange: Exchange,
        _ path: S3Path,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async {
        let isPreflight = exchange.head.method == .options
        // A preflight is answered by these rules as a whole.
        let crossOriginHeaders =
            isPreflight ? [] : crossOrigin.headers(for: exchange.head, bucket: path.bucket)
        do throws(S3Error) {
            let kind = try signatureKind(exchange.head)
            if !path.isVirtualHost, AdminPath.contains(exchange.head.path) {
                await administer(exchange, kind, requestID, &outcome)
                return
            }
            if let health = HealthEndpoint(exchange.head, kind: kind, isVirtualHost: path.isVirtualHost) {
                await send(health, exchange, requestID, &outcome)
                return
            }
            if let sts,
                let parameters = STSEndpoint.parameters(
                    of: exchange.head,
                    kind: kind,
                    isVirtualHost: path.isVirtualHost
                )
            {
                await issueCredentials(sts, parameters, exchange, kind, requestID, &outcome)
                return
            }
            if isPreflight {
                outcome.operation = "Preflight"
                let isObject = path.key != nil
                let response = try crossOrigin.preflight(
                    exchange.head,
                    bucket: path.bucket,
                    isObject: isObject
                )
                await send(response, exchange, requestID, &outcome)
                return
            }
            var response = try await perform(exchange, path, kind, requestID, &outcome)
            response.headers += crossOriginHeaders
            await send(response, exchange, requestID, &outcome)
        } catch {
            var error = isPreflight ? error : error.about(exchange.head, path)
            error.headers += crossOriginHeaders.map { S3Error.Field($0.name, $0.value) }
            await send(error, exchange, requestID, &outcome)
        }
    }

    /// Scripts, too, are told to come again.
    private func sendSlowDown(
        _ exchange: Exchange,
        _ bucket: String?,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async {
        var error = S3Error(.slowDown)
        error.headers = crossOrigin.headers(for: exchange.head, bucket: bucket)
            .map { S3Error.Field($0.name, $0.value) }
        await send(error, exchange, requestID, &outcome)
    }

    private func signatureKind(_ head: RequestHead) throws(S3Error) -> SignatureKind {
        do throws(SigV4Error) {
            return try SignatureKind(of: SignedHead(head))
        } catch {
            throw S3Error(from: error)
        }
    }

    private func perform(
        _ exchange: Exchange,
        _ path: S3Path,
        _ kind: SignatureKind,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async throws(S3Error) -> S3Response {
        var request = try S3Request(
            exchange.head,
            bucket: path.bucket,
            key: path.key,
            signatureKind: kind,
            scheme: exchange.isTLS ? "https" : "http",
            isVirtualHost: path.isVirtualHost
        )
        let route = route(request)
        if case .success(let type) = route, type.route.needsForm {
            return try await upload(type, request, exchange, requestID, &outcome)
        }
        let authentication = try await authenticate(
            exchange,
            kind: kind,
            acceptsAnyRegion: route.findsRegion,
            virtualHostBucket: path.isVirtualHost ? path.bucket : nil
        )
        outcome.accessKey = authentication.identity.accessKey
        outcome.identity = authentication.identity
        request.payload = authentication.payload
        try checkBucketName(request)
        let type = try route.get()
        outcome.operation = type.name
        return try await run(
            type,
            request,
            as: authentication.identity,
            signature: authentication.signature,
            from: ExchangeSource(exchange.body, time: time),
            exchange,
            requestID
        )
    }

    /// An upload by a form: the fields at the beginning of the body say what it is and who signed it.
    private func upload(
        _ type: any S3Operation.Type,
        _ request: S3Request,
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async throws(S3Error) -> S3Response {
        outcome.operation = type.name
        outcome.isOfForm = true
        guard request.isAnonymous else {
            throw S3Error(
                .invalidArgument,
                "Only one auth mechanism allowed: a form is signed by its own fields."
            )
        }
        try checkBucketName(request)
        try UnbuiltFeatures.refuse(inRead: request)
        let body = try await forms.read(exchange)
        let authentication = try authenticator.authenticate(
            body.form,
            address: clientAddress(exchange),
            now: time.now
        )
        outcome.accessKey = authentication.identity.accessKey
        outcome.identity = authentication.identity
        if let policy = body.form[FormField.policy] {
            let policy = try PostPolicy(encoded: policy)
            try body.require(try policy.check(body.form, bucket: request.requiredBucket, now: time.now))
        }
        let carrying = try request.carrying(body.form)
        outcome.key = carrying.key
        return try await run(
            type,
            carrying,
            as: authentication.identity,
            signature: authentication.signature,
            from: body,
            exchange,
            requestID
        )
    }

    /// From the rights of a request, whose sender is known, to its answer.
    func run(
        _ type: any S3Operation.Type,
        _ request: S3Request,
        as identity: Identity,
        signature: VerifiedSignature?,
        from source: some RequestSource,
        _ exchange: Exchange,
        _ requestID: RequestID
    ) async throws(S3Error) -> S3Response {
        let operation = try type.init(parsing: request)
        let access = accessCheck(identity, request, exchange, requestID)
        // The others ask once they have read their bodies.
        let decision = type.conditionsAreInBody ? nil : await access.decide(operation.rights)
        if let decision, !decision.isAllowed,
            !(type.narrowsWithoutRights && decision.canBeNarrowed(for: access.identity))
        {
            throw await refusal(of: request, decision, for: access, by: engine)
        }
        try checkExpectedOwners(request)
        let context = OperationContext(
            engine: engine,
            access: access,
            hasRights: decision?.isAllowed ?? false,
            region: region,
            now: time.now,
            accounts: accounts,
            newBucketOwnership: objectOwnership,
            source: source,
            signature: signature,
            lifecycles: lifecycles
        )
        do throws(S3Error) {
            return try await operation.perform(in: context)
        } catch {
            throw await concealing(error, of: request, from: access)
        }
    }

    func accessCheck(
        _ identity: Identity,
        _ request: S3Request,
        _ exchange: Exchange,
        _ requestID: RequestID
    ) -> AccessCheck {
        let address = clientAddress(exchange)
        let conditions = RequestConditions(
            request,
            sourceAddress: address,
            isTLS: exchange.isTLS,
            now: time.now,
            region: region
        )
        return access.check(identity, conditions, requestID)
    }

    func clientAddress(_ exchange: Exchange) -> String {
        clients.client(of: exchange.head, from: exchange.remote.hostText)
    }

    func authenticate(
        _ exchange: Exchange,
        kind: SignatureKind,
        acceptsAnyRegion: Bool,
        virtualHostBucket: String? = nil
    ) async throws(S3Error) -> Authentication {
        try await authenticator.authenticate(
            SignedHead(exchange.head),
            kind: kind,
            acceptsAnyRegion: acceptsAnyRegion,
            virtualHostBucket: virtualHostBucket,
            address: clientAddress(exchange),
            now: time.now
        )
    }

    /// Routing reads the head only; what is wrong with it is said once the sender is known.
    private func route(_ request: S3Request) -> Result<any S3Operation.Type, S3Error> {
        do throws(S3Error) {
            return .success(try table.operation(for: request))
        } catch {
            return .failure(error)
        }
    }

    /// Whoever names the account whose bucket it is to be wants nothing done to another's.
    private func checkExpectedOwners(_ request: S3Request) throws(S3Error) {
        if let bucket = request.bucket, let expected = request.header(S3Header.expectedBucketOwner) {
            try check(expected, ofBucket: bucket)
        }
        if let expected = request.header(S3Header.sourceExpectedBucketOwner),
            let text = request.copySource
        {
            try check(expected, ofBucket: try CopySource(text).bucket)
        }
    }

    private func check(_ expected: String, ofBucket name: String) throws(S3Error) {
        // The operation says that there is none.
        guard let bucket = try? engine.bucket(name) else { return }
        let id = try bucket.ownerID
        guard expected != id, expected != accounts.account(canonicalID: id)?.id || expected.isEmpty else {
            return
        }
        throw S3Error(.accessDenied)
    }

    private func checkBucketName(_ request: S3Request) throws(S3Error) {
        guard let bucket = request.bucket, !BucketName.isLookupable(bucket) else { return }
        throw S3Error(.invalidBucketName, bucket: bucket)
    }
}

extension Result<any S3Operation.Type, S3Error> {
    /// The calls by which clients find out which region to sign for.
    fileprivate var findsRegion: Bool {
        switch self {
        case .success(let type): type.findsRegion
        case .failure: false
        }
    }
}
