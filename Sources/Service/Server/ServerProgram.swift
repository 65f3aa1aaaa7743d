internal import AdminEncryption
internal import AdminService
internal import Base
internal import BucketOperations
internal import Configuration
internal import Directory
internal import Engine
internal import EventLoop
internal import HTTPClient
internal import HTTPServer
internal import Host
internal import IAM
internal import MultipartOperations
internal import ObjectOperations
internal import OpenID
internal import Posix
package import S3Service
internal import STSService
internal import TLS
internal import Telemetry

/// The program from its command line to its exit code.
///
///     load settings ─▶ open drives ─▶ listen ─▶ ready ─▶ signal ─▶ stopping ─▶ drain ─▶ settle ─▶ 0
///            ▲                                                                             │
///            └────────────────── the program anew, in the same process ◀── restart ────────┘
package enum ServerProgram {
    /// Every operation this server has.
    package static let operations = BucketOperations.all + ObjectOperations.all + MultipartOperations.all

    /// The whole life of the process. To be called first of all on the main thread: threads inherit the signals
    /// that it holds back, and a thread without them would end the process instead of letting it finish.
    ///
    /// - Parameter arguments: without the program's name.
    package static func main(arguments: [String], environment: [String: String]) -> Never {
        do throws(Errno) {
            try StopSignals.block()
            try StopSignals.ignoreBrokenPipes()
        } catch {
            StandardStream.error.write("[FATAL] \(StartupError.system(error))\n")
            exitProcess(1)
        }
        Task { exitProcess(await run(arguments: arguments, environment: environment)) }
        parkThread()
    }

    /// - Parameter arguments: without the program's name.
    /// - Returns: the exit code: 0 after a clean stop, 1 for a failure at start, 2 for a command line that
    ///   cannot be read.
    package static func run(arguments: [String], environment: [String: String]) async -> CInt {
        let command: Command
        do {
            command = try Configuration.load(
                arguments: arguments,
                environment: environment,
                readFile: { try TextFile.read($0) }
            )
        } catch {
            StandardStream.error.write("\(error)\n")
            return error.exitCode
        }
        switch command {
        case .help(let text):
            StandardStream.output.write(text)
            return 0
        case .version:
            StandardStream.output.write("martlet \(ServerVersion.text)\n")
            return 0
        case .server(let settings):
            do {
                switch try await serve(settings, notifySocket: environment["NOTIFY_SOCKET"]) {
                case .stop: return 0
                case .restart: throw StartupError.cannotRestart(ProcessRestart.run())
                }
            } catch {
                StandardStream.error.write("[FATAL] \(error)\n")
                return 1
            }
        }
    }

    /// - Returns: once everything is closed.
    private static func serve(_ given: ServerSettings, notifySocket: String?) async throws -> Ending {
        DescriptorLimit.raise()
        let writer = LogWriter(descriptor: StandardStream.error.rawValue, format: given.logFormat)
        let logger = Logger(level: given.logLevel, to: writer)
        for warning in given.warnings { logger.warning(warning) }
        let certificates = try certificates(given, logger)
        let encryption = PayloadEncryption(derivation: KeyDerivation())
        let root = given.rootCredential
        let decryption = RootCredentialDecryption(root: root, encryption: encryption)
        let (store, kept) = try await openEngine(given, decryption: decryption, logger)
        let live = LiveSettings(given: given, kept: kept)
        let settings = live.current
        let engine = store.engine
        let group = try EventLoopGroup(count: Environment.processorCount)
        let iam = IAM(root: root, storage: EngineIAMStorage(engine: engine), decryption: decryption)
        let accounts = await loadIdentities(iam, logger)
        let control = ProcessControl()
        let progress = LifecycleProgress(settings)
        live.follow { progress.setSpeed($0.scannerSpeed) }
        let admin = administration(
            AdminServices(
                iam: iam,
                facts: EngineFacts(engine, parity: store.parity, settings: settings, lifecycle: progress),
                control: control,
                settings: SettingStore(
                    groups: KeptSettings.groups(given, setSize: engine.pools[0].sets[0].slots.count),
                    storage: EngineIAMStorage(engine: engine),
                    decryption: decryption,
                    valuesInForce: kept,
                    onChange: { live.change($0) }
                ),
                buckets: EngineBucketMetadata(engine),
                providers: IdentityProviders(settings),
                encryption: encryption
            ),
            engine
        )
        let sts = tokenService(settings, iam, logger)
        let lifecycles = lifecycles(logger)
        let bucketLogs = bucketLogs(of: engine, settings, logger)
        let handler = handler(
            settings,
            engine,
            iam,
            admin,
            sts,
            lifecycles,
            bucketLogs,
            logger,
            audit: auditLogger(settings, writer)
        )
        live.follow { [gate = handler.gate] in gate.setRunningMax($0.requestsAtOnceMax) }
        let server = HTTPServer(
            handler,
            on: group,
            options: options(settings),
            certificates: certificates,
            rejection: handler.rejection,
            report: { report($0, logger) }
        )
        let console = HTTPServer(
            ConsoleHandler(),
            on: group,
            options: options(settings),
            certificates: try consoleCertificates(settings, certificates),
            rejection: ConsoleHandler.rejection
        )
        let apiAddresses = try await listen(server, settings.address.description)
        var consoleAddresses: [SocketAddress] = []
        if let address = settings.consoleAddress {
            do {
                consoleAddresses = try await listen(console, address.description)
            } catch {
                // A page that says there is no console is not worth a store that does not start.
                logger.warning("the console's page is not served", ["reason": .of(error)])
            }
        }
        let text = StartupText(
            settings: settings,
            health: engine.health,
            parity: store.parity,
            apiAddresses: apiAddresses,
            consoleAddresses: consoleAddresses,
            isTLS: certificates != nil,
            accounts: accounts
        )
        StandardStream.output.write(text.text)
        ServiceManager.notify(.ready, socketName: notifySocket)
        let watch = watchDrives(of: store, logger)
        let expiry = UploadExpiry(engine, logger)
        live.follow { expiry.follow($0) }
        let worker = LifecycleWorker(of: engine, settings, lifecycles, progress, logger: logger)
        let lifecycle = settings.isScannerEnabled ? Task { await worker.run() } : nil
        let upkeep = keepIdentities(iam, isLoaded: accounts.isLoaded, logger)
        let ending = try await stopSignal(on: group.next(), control)
        watch.cancel()
        expiry.stop()
        lifecycle?.cancel()
        upkeep.cancel()
        switch ending {
        case .stop:
            ServiceManager.notify(.stopping, socketName: notifySocket)
            logger.info("stopping")
        case .restart:
            ServiceManager.notify(.reloading, socketName: notifySocket)
            logger.info("restarting")
        }
        await console.stop(within: .zero)
        let cutCount = await server.stop(within: settings.shutdownTimeout)
        await lifecycle?.value
        await bucketLogs.close()
        await engine.close()
        logger.info("stopped", ["connectionsCut": .count(cutCount)])
        // What is still to be written waits for a reader who may be gone.
        _ = writer.close(timeout: .seconds(2))
        return ending
    }

    private static func administration(_ services: AdminServices, _ engine: Engine) -> AdminHandler {
        AdminHandler(AdminInterface(services), hostID: "\(engine.deploymentID)")
    }

    /// Nobody outside is asked yet: a provider or directory that is down is waited for by those who come from it.
    private static func tokenService(
        _ settings: ServerSettings,
        _ iam: IAM,
        _ logger: Logger
    ) -> STSInterface {
        let webIdentities =
            settings.openIDProviders.isEmpty ? nil : webIdentities(settings, iam, logger)
        let directory = settings.directory.map { LDAPLogin(directory: Directory($0), logger: logger) }
        return STSInterface(
            iam: iam,
            webIdentities: webIdentities,
            directory: directory,
            acceptsCertificates: settings.acceptsClientCertificates
        )
    }

    private static func webIdentities(
        _ settings: ServerSettings,
        _ iam: IAM,
        _ logger: Logger
    ) -> OpenIDLogin {
        let defaultRegion = ServerSettings().region
        let region = settings.roleRegion
        let providers: OpenIDProviders
        do throws(ProviderSettingsError) {
            providers = try OpenIDProviders(settings.openIDProviders, region: region, client: HTTPClient())
        } catch {
            preconditionFailure("providers that were told apart are not: \(error)")
        }
        var (roles, aliases) = (providers.roles, [String: String]())
        // A server of MinIO's that was told the default region has it in its roles' names.
        for provider in settings.openIDProviders where region.isEmpty {
            guard let role = provider.roleARN(region: region),
                let alias = provider.roleARN(region: defaultRegion)
            else { continue }
            (aliases[alias], roles[alias]) = (role, roles[role])
        }
        iam.setRoles(roles)
        return OpenIDLogin(providers: providers, roleAliases: aliases, iam: iam, logger: logger)
    }

    /// Whoever asks for the audit wants it whatever else is left out of the log.
    private static func auditLogger(_ settings: ServerSettings, _ writer: LogWriter) -> Logger? {
        settings.isAudited ? Logger(level: .info, to: writer) : nil
    }

    private static func bucketLogs(
        of engine: Engine,
        _ settings: ServerSettings,
        _ logger: Logger
    ) -> BucketLogDelivery {
        var options = BucketLogDelivery.Options()
        options.interval = settings.bucketLogInterval
        options.region = settings.region
        return BucketLogDelivery(engine: engine, options: options, logger: logger)
    }

    private static func lifecycles(_ logger: Logger) -> BucketLifecycles {
        BucketLifecycles { bucket, reason in
            logger.error(
                "a stored lifecycle cannot be read, so nothing in its bucket expires",
                ["bucket": .text(bucket), "reason": .text(reason)]
            )
        }
    }

    private static func handler(
        _ settings: ServerSettings,
        _ engine: Engine,
        _ iam: IAM,
        _ admin: AdminHandler,
        _ sts: STSInterface,
        _ lifecycles: BucketLifecycles,
        _ bucketLogs: BucketLogDelivery,
        _ logger: Logger,
        audit: Logger?
    ) -> S3Handler {
        var options = S3Handler.Options()
        options.domains = settings.domains
        options.websiteDomains = settings.websiteDomains
        options.region = settings.region
        // The default region is a name for having none: clients sign for whatever they were set up with.
        options.requiresRegion = settings.region != ServerSettings().region
        options.requestsMax = settings.requestsAtOnceMax
        options.requestsPatience = settings.requestsDeadline
        options.trustedProxies = settings.trustedProxies
        options.allowedOrigins = settings.allowedOrigins
        options.signInFailuresMax = settings.signInFailuresMax
        options.trustsEveryClientCertificate = settings.trustsEveryClientCertificate
        options.objectOwnership = settings.objectOwnership
        let policies = BucketPolicies(engine) { bucket, error in
            logger.error(
                "a bucket's stored policy or access settings cannot be read, so only the root user is let in",
                ["bucket": .text(bucket), "reason": error.map { .of($0) } ?? .text("access settings")]
            )
        }
        return S3Handler(
            engine: engine,
            table: OperationTable(operations),
            identities: iam,
            policies: policies,
            authorizer: PolicyAuthorizer(buckets: policies),
            admin: admin,
            sts: sts,
            lifecycles: lifecycles,
            bucketLogs: bucketLogs,
            options: options,
            logger: logger,
            audit: audit
        )
    }

    /// Whoever names a folder wants TLS: a folder without certificates is a mistake, not plain HTTP.
    private static func certificates(_ settings: ServerSettings, _ logger: Logger) throws -> TLSCertificates?
    {
        guard let directory = settings.certificatesDirectory else { return nil }
        let loaded: TLSCertificates?
        do throws(TLSError) {
            let clients =
                try settings.acceptsClientCertificates
                ? clients(directory, trustsEverybody: settings.trustsEveryClientCertificate, logger) : nil
            loaded = try TLSCertificates.load(folder: directory, clients: clients) { error in
                logger.error(
                    "changed certificates cannot be used, the former ones serve on",
                    ["reason": .of(error)]
                )
            }
        } catch {
            throw StartupError.certificates(directory: directory, error)
        }
        guard let loaded else { throw StartupError.noCertificates(directory: directory) }
        return loaded
    }

    private static func clients(
        _ directory: String,
        trustsEverybody: Bool,
        _ logger: Logger
    ) throws(TLSError) -> ClientAuthorities {
        let authorities = try ClientAuthorities.load(folder: directory) { error in
            logger.error("authorities of clients cannot be read", ["reason": .of(error)])
        }
        if authorities.isEmpty, !trustsEverybody {
            logger.warning(
                "IDENTITY_TLS_ENABLE is on, but no authority vouches for clients: AssumeRoleWithCertificate lets nobody in",
                ["missing": .text("\(directory)/CAs/ with the certificates of authorities")]
            )
        }
        return authorities
    }

    /// A browser that is asked for a certificate asks its user, so the console's page asks nobody.
    private static func consoleCertificates(
        _ settings: ServerSettings,
        _ certificates: TLSCertificates?
    ) throws -> TLSCertificates? {
        guard settings.acceptsClientCertificates, let directory = settings.certificatesDirectory else {
            return certificates
        }
        do throws(TLSError) {
            // Changed files that cannot be used are reported by the other one.
            return try TLSCertificates.load(folder: directory)
        } catch {
            throw StartupError.certificates(directory: directory, error)
        }
    }

    private static func options(_ settings: ServerSettings) -> HTTPServerOptions {
        var options = HTTPServerOptions()
        options.connectionsMax = settings.connectionsMax
        options.idleTimeout = settings.idleTimeout
        options.headTimeout = settings.readHeaderTimeout
        options.bodyRateMin = settings.bodyRateMin
        return options
    }

    private static func listen(
        _ server: HTTPServer<some ExchangeHandler>,
        _ address: String
    ) async throws -> [SocketAddress] {
        let resolved: Posix.ListenAddress
        do throws(ListenAddressError) {
            resolved = try Posix.ListenAddress(address)
        } catch {
            throw StartupError.cannotListen(.badAddress(error))
        }
        do throws(HTTPServerError) {
            return try await server.start(on: [resolved])
        } catch {
            throw StartupError.cannotListen(error)
        }
    }

    private static func report(_ event: HTTPServerEvent, _ logger: Logger) {
        switch event {
        case .acceptPaused(let errno):
            logger.warning("no new connections for a while", ["reason": .of(errno)])
        case .connectionDropped(let reason):
            logger.warning("a connection was dropped before it began", ["reason": .text(reason)])
        case .connectionRefused: logger.debug("a connection too many was turned away")
        }
    }

    /// Waits for SIGTERM or SIGINT, or for a SIGHUP that asks for a restart. Another one changes nothing: there is
    /// nothing to read again.
    private static func stopSignal(on loop: EventLoop, _ control: ProcessControl) async throws -> Ending {
        let result = await Task(executorPreference: loop) { () -> Result<Ending, Errno> in
            do throws(Errno) {
                return .success(try await nextEnding(on: loop, control))
            } catch {
                return .failure(error)
            }
        }.value
        do throws(Errno) {
            return try result.get()
        } catch {
            throw StartupError.system(error)
        }
    }

    private static func nextEnding(on loop: EventLoop, _ control: ProcessControl) async throws(Errno)
        -> Ending
    {
        let signals = try StopSignals()
        let readiness = try Readiness(signals.number, on: loop, for: [.readable])
        defer { readiness.close() }
        while true {
            switch try signals.next() {
            case .terminate, .interrupt: return .stop
            case .hangUp:
                guard let ending = control.hangUpMeans else { continue }
                return ending
            case nil:
                readiness.clearReadable()
                _ = await readiness.readable(until: .never)
            }
        }
    }
}

extension ServerSettings {
    fileprivate var requestsAtOnceMax: Int { requestsMax ?? connectionsMax }

    fileprivate var rootCredential: Credential {
        Credential(
            accessKey: credentials.accessKey,
            secret: credentials.secretKey,
            identity: .root(accessKey: credentials.accessKey)
        )
    }
}
