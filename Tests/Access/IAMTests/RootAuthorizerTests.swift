import IAM
import Telemetry
import Testing

@Suite struct RootAuthorizerTests {
    private let rights = Rights(
        Right(.putObject, on: .object(bucket: "b", key: "k")),
        Right(.getObject, on: .object(bucket: "source", key: "k"))
    )

    @Test func rootMayDoEverything() async {
        #expect(await RootAuthorizer().decide(rights, for: .root(accessKey: "owner")) == .allowed)
    }

    @Test func anonymousIsDeniedWithTheFirstMissingRight() async {
        #expect(await RootAuthorizer().decide(rights, for: .anonymous) == .denied(rights.first))
    }

    @Test func everyRightIsKept() {
        #expect(rights.all.map(\.action) == [.putObject, .getObject])
    }

    @Test(arguments: [
        (S3Resource.everything, "arn:aws:s3:::*"),
        (.bucket("b"), "arn:aws:s3:::b"),
        (.object(bucket: "b", key: "a/b c"), "arn:aws:s3:::b/a/b c"),
        (.objectsNamedLater(bucket: "b"), "arn:aws:s3:::b/*"),
    ])
    func resourcesHaveTheirNames(resource: S3Resource, arn: String) { #expect(resource.arn == arn) }
}

@Suite struct RootIdentityStoreTests {
    private let root = Credential(
        accessKey: "owner",
        secret: Secret("do-not-print"),
        identity: .root(accessKey: "owner")
    )

    @Test func theRootKeyIsFound() async throws {
        let found = try await RootIdentityStore(root: root).credential(accessKey: "owner")
        #expect(found == root)
    }

    @Test(arguments: ["", "Owner", "owner ", "other"])
    func otherKeysAreNot(accessKey: String) async throws {
        let found = try await RootIdentityStore(root: root).credential(accessKey: accessKey)
        #expect(found == nil)
    }

    @Test func printingACredentialShowsNoSecret() {
        #expect(!"\(root)".contains("do-not-print"))
        #expect(!String(reflecting: root).contains("do-not-print"))
        var dumped = ""
        dump(root, to: &dumped)
        #expect(!dumped.contains("do-not-print"))
    }
}
