import AdminEncryption
import Base
import IAM
import ServiceTestSupport
import Telemetry
import TestSupport
import Testing

@testable import Server

@Suite struct IdentitiesTests {
    @Test(arguments: [(5, 2), (4, 2), (0, 2), (1, 1), (3, 1000)])
    func everythingThatIsExpiredGoesHoweverMuchItIs(count: Int, limit: Int) async throws {
        let time = SimulatedTime(start: Timestamp(seconds: 1_750_000_000))
        let root = Credential(
            accessKey: "owner",
            secret: Secret("owner-secret"),
            identity: .root(accessKey: "owner")
        )
        let decryption = RootCredentialDecryption(
            root: root,
            encryption: PayloadEncryption(derivation: KeyDerivation())
        )
        let iam = IAM(root: root, storage: MemoryStorage(), decryption: decryption, time: time)
        _ = try await iam.load()
        let owner = try iam.identity(of: "owner")
        for _ in 0..<count {
            _ = try await iam.assumeRole(for: owner, sessionPolicy: nil, duration: .seconds(60))
        }
        let kept = try await iam.assumeRole(for: owner, sessionPolicy: nil, duration: .seconds(600))
        time.advance(by: .seconds(61))
        #expect(try await removeExpired(iam, limit: limit) == count)
        #expect(iam.temporaryCredentials(ofParent: nil).map(\.accessKey) == [kept.accessKey])
    }

    @Test(arguments: [
        ("roleArn", true), ("ROLEARN", true), ("ldapUser", true), ("LDAPuser", true),
        ("ldapActualUser", true),
        ("LdapUsername", true), ("ldapAttribMail", true), ("sub", false), ("role", false), ("ldap", false),
    ])
    func aProvidersTokenDoesNotSpeakForADirectory(name: String, isOwn: Bool) {
        #expect(OpenIDLogin.isOwnClaim(name) == isOwn)
    }
}
