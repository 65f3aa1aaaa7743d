import AdminEncryption
import Base
import IAM
import JSON
import ServiceTestSupport
import SigV4
import Telemetry
import TestSupport
import Testing
import XML

@testable import STSService

private let root = Credential(
    accessKey: "rootuser",
    secret: Secret("rootsecret"),
    identity: .root(accessKey: "rootuser")
)

private let start = Timestamp(seconds: 1_750_000_000)

private func makeIAM(_ time: SimulatedTime) async throws -> IAM {
    let encryption = PayloadEncryption(derivation: KeyDerivation())
    let iam = IAM(
        root: root,
        storage: MemoryStorage(),
        decryption: RootCredentialDecryption(root: root, encryption: encryption),
        time: time
    )
    _ = try await iam.load()
    try await iam.addUser("alice", secret: Secret("alice-secret"))
    return iam
}

private func form(_ parameters: KeyValuePairs<String, String>) throws -> STSForm {
    let pairs = [("Version", "2011-06-15")] + parameters.map { ($0.key, $0.value) }
    let text = pairs.map { name, value in
        name + "=" + String(decoding: PercentCoding.encode(Array(value.utf8)), as: UTF8.self)
    }
    return try STSForm(parsing: Array(text.joined(separator: "&").utf8))
}

private struct FixedProvider: WebIdentityProvider, DirectoryLogin {
    let result: Result<VouchedIdentity, LoginError>

    func identity(token: Secret, accessToken: Secret?, role: String?) async throws(LoginError)
        -> VouchedIdentity
    {
        try result.get()
    }

    func identity(userName: String, password: Secret) async throws(LoginError) -> VouchedIdentity {
        try result.get()
    }
}

private var plain: STSInterface.Origin { STSInterface.Origin(isTLS: false) }

@Suite struct STSInterfaceTests {
    private let time = SimulatedTime(start: start)

    private func refusal(
        _ interface: STSInterface,
        _ form: STSForm,
        sender: SignedIdentity? = nil,
        from origin: STSInterface.Origin = plain,
        attempts: Attempts = Attempts(),
        denied: Rights? = nil
    ) async -> STSError? {
        do throws(STSError) {
            _ = try await interface.answer(
                form,
                sender: { () throws(STSError) in
                    guard let sender else { throw STSError(.accessDenied, "unsigned") }
                    return sender
                },
                isPermitted: { _, rights in rights != denied },
                from: origin,
                attempts: attempts
            )
            return nil
        } catch {
            return error
        }
    }

    @Test func aUserAssumesItsRole() async throws {
        let iam = try await makeIAM(time)
        let alice = try iam.identity(of: "alice")
        let response = try await STSInterface(iam: iam, time: time).answer(
            try form(["Action": "AssumeRole", "DurationSeconds": "900", "TokenRevokeType": "laptop"]),
            sender: { alice },
            isPermitted: { _, _ in true },
            from: plain,
            attempts: Attempts()
        )
        let document = try XMLElement(parsing: response.xml(requestID: "ID1"), sizeMax: 1 << 20)
        #expect(document.name == "AssumeRoleResponse")
        #expect(document.child("ResponseMetadata")?.text(of: "RequestId") == "ID1")
        let result = try #require(document.child("AssumeRoleResult"))
        let credentials = try #require(result.child("Credentials"))
        #expect(credentials.text(of: "Expiration") == "2025-06-15T15:21:40.000Z")
        let accessKey = try #require(credentials.text(of: "AccessKeyId"))
        #expect(
            result.child("AssumedRoleUser")?.text(of: "Arn")
                == "arn:aws:sts:::assumed-role/alice/\(accessKey)"
        )
        let found = try iam.credential(
            accessKey: accessKey,
            sessionToken: credentials.text(of: "SessionToken")
        )
        #expect(found.secret == Secret(try #require(credentials.text(of: "SecretAccessKey"))))
        #expect(found.identity.signed?.userName == "alice")
        #expect(try iam.temporaryCredential(accessKey).revokeType == "laptop")
    }

    @Test func theAnswerIsInTheNamespaceOfAWS() async throws {
        let iam = try await makeIAM(time)
        let alice = try iam.identity(of: "alice")
        let response = try await STSInterface(iam: iam, time: time).answer(
            try form(["Action": "AssumeRole"]),
            sender: { alice },
            isPermitted: { _, _ in true },
            from: plain,
            attempts: Attempts()
        )
        #expect(
            String(decoding: response.xml(requestID: "1"), as: UTF8.self).hasPrefix(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    + "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"
            )
        )
        #expect(
            String(decoding: STSError(.missingParameter, "m").xml(requestID: "1"), as: UTF8.self)
                == "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>"
                + "<Code>MissingParameter</Code><Message>m</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        )
    }

    @Test(arguments: [
        ("899", STSError.Code.invalidParameterValue), ("900", nil), ("604800", nil),
        ("604801", .invalidParameterValue), ("-1", .invalidParameterValue), ("soon", .invalidParameterValue),
    ])
    func credentialsLiveAQuarterOfAnHourToSevenDays(seconds: String, code: STSError.Code?) async throws {
        let iam = try await makeIAM(time)
        let error = await refusal(
            STSInterface(iam: iam, time: time),
            try form(["Action": "AssumeRole", "DurationSeconds": seconds]),
            sender: try iam.identity(of: "alice")
        )
        #expect(error?.code == code)
    }

    @Test func aSessionPolicyNarrows() async throws {
        let iam = try await makeIAM(time)
        let alice = try iam.identity(of: "alice")
        let policy =
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}"#
        let response = try await STSInterface(iam: iam, time: time).answer(
            try form(["Action": "AssumeRole", "Policy": policy]),
            sender: { alice },
            isPermitted: { _, _ in true },
            from: plain,
            attempts: Attempts()
        )
        #expect(try iam.identity(of: response.accessKey).sessionPolicies.count == 1)
        let error = await refusal(
            STSInterface(iam: iam, time: time),
            try form(["Action": "AssumeRole", "Policy": "{"]),
            sender: alice
        )
        #expect(error?.code == .malformedPolicyDocument)
    }

    @Test func derivedCredentialsCannotLengthenTheirLives() async throws {
        let iam = try await makeIAM(time)
        let account = try await iam.addServiceAccount(ServiceAccountRequest(parent: "alice"))
        let error = await refusal(
            STSInterface(iam: iam, time: time),
            try form(["Action": "AssumeRole"]),
            sender: account.identity.signed
        )
        #expect(error?.code == .accessDenied)
        #expect(error?.status == 403)
    }

    @Test(arguments: [
        ("AssumeRole", STSError.Code.accessDenied), ("AssumeRoleWithWebIdentity", .notImplemented),
        ("AssumeRoleWithClientGrants", .notImplemented), ("AssumeRoleWithLDAPIdentity", .notImplemented),
        ("AssumeRoleWithCertificate", .notImplemented), ("AssumeRoleWithCustomToken", .notImplemented),
        ("GetCallerIdentity", .invalidAction),
    ])
    func whatIsNotSetUpIsSaid(action: String, code: STSError.Code) async throws {
        let iam = try await makeIAM(time)
        #expect(await refusal(STSInterface(iam: iam, time: time), try form(["Action": action]))?.code == code)
    }

    @Test func aTokenIsExchangedForCredentials() async throws {
        let iam = try await makeIAM(time)
        var vouched = VouchedIdentity(parent: "hash-of-subject", policies: ["readonly"])
        vouched.claims["sub"] = "carol"
        vouched.subject = "carol"
        vouched.notAfter = start + .seconds(1200)
        let interface = STSInterface(
            iam: iam,
            webIdentities: FixedProvider(result: .success(vouched)),
            time: time
        )
        let response = try await interface.answer(
            try form(["Action": "AssumeRoleWithWebIdentity", "WebIdentityToken": "x.y.z"]),
            sender: { () throws(STSError) in throw STSError(.accessDenied, "") },
            isPermitted: { _, _ in true },
            from: plain,
            attempts: Attempts()
        )
        let info = try iam.temporaryCredential(response.accessKey)
        #expect(info.expiration == start + .seconds(1200))
        #expect(info.claims["sub"] == "carol")
        #expect(try iam.identity(of: response.accessKey).policies.map(\.name) == ["readonly"])
        let result = try XMLElement(parsing: response.xml(requestID: "1"), sizeMax: 1 << 20)
            .child("AssumeRoleWithWebIdentityResult")
        #expect(result?.text(of: "SubjectFromWebIdentityToken") == "carol")
        let missing = await refusal(interface, try form(["Action": "AssumeRoleWithWebIdentity"]))
        #expect(missing?.code == .missingParameter)
    }

    @Test(arguments: [
        (LoginError.expired, STSError.Code.expiredToken), (.rejected("r"), .invalidIdentityToken),
        (.unavailable("u"), .idpCommunicationError), (.notConfigured, .notImplemented),
    ])
    func whatTheProviderSaysIsPassedOn(failure: LoginError, code: STSError.Code) async throws {
        let iam = try await makeIAM(time)
        let interface = STSInterface(
            iam: iam,
            webIdentities: FixedProvider(result: .failure(failure)),
            time: time
        )
        let error = await refusal(
            interface,
            try form(["Action": "AssumeRoleWithWebIdentity", "WebIdentityToken": "x.y.z"])
        )
        #expect(error?.code == code)
    }

    /// An expired token was believed once: nobody guesses those.
    @Test(arguments: [
        (LoginError.expired, [SignInSubject]()), (.rejected("r"), [.token]), (.unavailable("u"), []),
    ])
    func refusedTokensAreCounted(failure: LoginError, counted: [SignInSubject]) async throws {
        let interface = STSInterface(
            iam: try await makeIAM(time),
            webIdentities: FixedProvider(result: .failure(failure)),
            time: time
        )
        let attempts = Attempts()
        let call = try form(["Action": "AssumeRoleWithWebIdentity", "WebIdentityToken": "x.y.z"])
        _ = await refusal(interface, call, attempts: attempts)
        #expect(attempts.failures == counted)
        let exhausted = Attempts(exhausted: [.token])
        #expect(await refusal(interface, call, attempts: exhausted)?.code == .slowDown)
    }

    @Test(arguments: [(LoginError.rejected("r"), [SignInSubject.directory]), (.unavailable("u"), [])])
    func wrongPasswordsAreCounted(failure: LoginError, counted: [SignInSubject]) async throws {
        let interface = STSInterface(
            iam: try await makeIAM(time),
            directory: FixedProvider(result: .failure(failure)),
            time: time
        )
        let attempts = Attempts()
        let call = try form([
            "Action": "AssumeRoleWithLDAPIdentity", "LDAPUsername": "dora", "LDAPPassword": "secret",
        ])
        _ = await refusal(interface, call, attempts: attempts)
        #expect(attempts.failures == counted)
        let exhausted = Attempts(exhausted: [.directory])
        #expect(await refusal(interface, call, attempts: exhausted)?.code == .slowDown)
    }

    @Test func refusedCertificatesAreCountedAndMissingOnesAreNot() async throws {
        let iam = try await makeIAM(time)
        let interface = STSInterface(iam: iam, acceptsCertificates: true, time: time)
        let call = try form(["Action": "AssumeRoleWithCertificate"])
        let origin = STSInterface.Origin(isTLS: true) {
            ClientCertificate(
                commonName: "readonly",
                organization: [],
                issuerCommonName: "",
                notAfter: start + .seconds(1000),
                refusal: "nobody knows it"
            )
        }
        let attempts = Attempts()
        #expect(
            await refusal(interface, call, from: origin, attempts: attempts)
                == STSError(
                    .invalidClientCertificate,
                    "The client certificate is not accepted: nobody knows it."
                )
        )
        #expect(attempts.failures == [.certificate])
        _ = await refusal(interface, call, from: .init(isTLS: true), attempts: attempts)
        #expect(attempts.failures == [.certificate])
        let unheard = STSInterface.Origin(isTLS: true) {
            Issue.record("the certificate was looked at")
            return nil
        }
        let exhausted = Attempts(exhausted: [.certificate])
        #expect(await refusal(interface, call, from: unheard, attempts: exhausted)?.code == .slowDown)
    }

    @Test(arguments: [
        ("Action=AssumeRole", "AssumeRole"), ("Action=Nothing", nil), ("Action=", nil), ("a=b", nil),
    ])
    func aFormSaysWhichCallItIs(text: String, operation: String?) throws {
        #expect(try STSForm(parsing: Array(text.utf8)).operation == operation)
    }

    @Test func aDirectorysUserNeedsAPolicy() async throws {
        let iam = try await makeIAM(time)
        let name = "uid=dora,ou=people,dc=example"
        let provider = FixedProvider(
            result: .success(VouchedIdentity(parent: name, groups: ["cn=staff,dc=example"]))
        )
        let interface = STSInterface(iam: iam, directory: provider, time: time)
        let login = try form([
            "Action": "AssumeRoleWithLDAPIdentity", "LDAPUsername": "dora", "LDAPPassword": "secret",
        ])
        #expect(await refusal(interface, login)?.code == .invalidParameterValue)
        _ = try await iam.attach(["readonly"], to: .externalGroup("cn=staff,dc=example"))
        #expect(await refusal(interface, login) == nil)
    }

    @Test(arguments: [
        ("AssumeRole", STSAction.assumeRole), ("AssumeRoleWithWebIdentity", .assumeRoleWithWebIdentity),
        ("AssumeRoleWithClientGrants", .assumeRoleWithClientGrants),
        ("AssumeRoleWithLDAPIdentity", .assumeRoleWithLDAPIdentity),
    ])
    func eachCallHasARightThatCanBeDenied(call: String, action: STSAction) async throws {
        let iam = try await makeIAM(time)
        let doorkeeper = FixedProvider(
            result: .success(VouchedIdentity(parent: "uid=dora,dc=example", policies: ["readonly"]))
        )
        _ = try await iam.attach(["readonly"], to: .externalUser("uid=dora,dc=example"))
        let interface = STSInterface(iam: iam, webIdentities: doorkeeper, directory: doorkeeper, time: time)
        let form = try form([
            "Action": call, "WebIdentityToken": "a.b.c", "Token": "a.b.c", "LDAPUsername": "dora",
            "LDAPPassword": "secret",
        ])
        let alice = try iam.identity(of: "alice")
        #expect(await refusal(interface, form, sender: alice) == nil)
        let count = iam.temporaryCredentials(ofParent: nil).count
        let denied = Rights(Right(action))
        #expect(await refusal(interface, form, sender: alice, denied: denied)?.code == .accessDenied)
        #expect(iam.temporaryCredentials(ofParent: nil).count == count)
    }

    @Test func aCertificateStandsForThePolicyOfItsName() async throws {
        let iam = try await makeIAM(time)
        let interface = STSInterface(iam: iam, acceptsCertificates: true, time: time)
        let call = try form(["Action": "AssumeRoleWithCertificate"])
        func certificate(_ name: String, refusal: String? = nil) -> STSInterface.Origin {
            let notAfter = start + .seconds(1000)
            return STSInterface.Origin(isTLS: true) {
                ClientCertificate(
                    commonName: name,
                    organization: ["o"],
                    issuerCommonName: "ca",
                    notAfter: notAfter,
                    refusal: refusal
                )
            }
        }
        #expect(await refusal(interface, call)?.code == .insecureConnection)
        #expect(await refusal(interface, call, from: .init(isTLS: true))?.code == .missingParameter)
        #expect(await refusal(interface, call, from: certificate(""))?.code == .missingParameter)
        #expect(
            await refusal(interface, call, from: certificate("no-policy"))?.code == .invalidParameterValue
        )
        let response = try await interface.answer(
            call,
            sender: { () throws(STSError) in throw STSError(.accessDenied, "") },
            isPermitted: { _, _ in true },
            from: certificate("readonly"),
            attempts: Attempts()
        )
        #expect(try iam.temporaryCredential(response.accessKey).expiration == start + .seconds(1000))
        #expect(try iam.temporaryCredential(response.accessKey).parent == "tls:readonly")
    }

    @Test(arguments: [
        "", "Version=2011-06-15", "Action=AssumeRole", "Version=2011-06-16&Action=AssumeRole",
        "Version=2011-06-15&Action=AssumeRole&PolicyArns.member.1.arn=a",
    ])
    func anIncompleteFormIsRefused(text: String) async throws {
        let iam = try await makeIAM(time)
        let error = await refusal(
            STSInterface(iam: iam, time: time),
            try STSForm(parsing: Array(text.utf8)),
            sender: try iam.identity(of: "alice")
        )
        #expect(error != nil)
    }

    @Test func aFormIsDecodedAsBrowsersEncodeIt() throws {
        let form = try STSForm(parsing: Array("a=1+2%2B3&b=&c=%C3%A4&&d".utf8))
        #expect(form["a"] == "1 2+3")
        #expect(form["b"] == nil)
        #expect(form["c"] == "ä")
        #expect(form["d"] == nil)
        for text in ["a=%zz", "a=%ff", "Policy=1&Policy=2", String(repeating: "a=1&", count: 65)] {
            #expect(throws: STSError.self) { try STSForm(parsing: Array(text.utf8)) }
        }
    }

    @Test(arguments: 0..<32 as Range<UInt64>)
    func changedFormsNeverCrash(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let iam = try await makeIAM(time)
        let alice = try iam.identity(of: "alice")
        let text =
            "Version=2011-06-15&Action=AssumeRole&DurationSeconds=3600&Policy=%7B%22Version%22%3A%222012-10-17%22%7D"
        for _ in 0..<100 {
            let bytes = mutated(Array(text.utf8), using: &generator)
            guard let form = try? STSForm(parsing: bytes) else { continue }
            let error = await refusal(STSInterface(iam: iam, time: time), form, sender: alice)
            #expect(
                error.map { $0.status < 500 || $0.code == .notImplemented } ?? true,
                "\(String(describing: error))"
            )
        }
    }
}
