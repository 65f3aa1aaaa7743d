import IAM
import Policy
import Telemetry
import Testing

@Suite struct RootAuthorizerTests {
    private let rights = Rights(
        Right(.putObject, on: .object(bucket: "b", key: "k")),
        Right(.getObject, on: .object(bucket: "source", key: "k"))
    )

    @Test func rootMayDoEverything() async {
        #expect(
            await RootAuthorizer().decide(rights, for: .root(accessKey: "owner"), in: EmptyContext())
                == .allowed([.accountOwner, .accountOwner])
        )
    }

    @Test func anonymousIsDeniedWithTheFirstMissingRight() async {
        #expect(
            await RootAuthorizer().decide(rights, for: .anonymous, in: EmptyContext())
                == .denied(rights.first, .notRoot)
        )
    }

    @Test func everyRightIsKept() {
        #expect(rights.all.map(\.action) == [.s3(.putObject), .s3(.getObject)])
    }

    @Test(arguments: [
        (S3Resource.everything, "arn:aws:s3:::*"),
        (.bucket("b"), "arn:aws:s3:::b"),
        (.object(bucket: "b", key: "a/b c"), "arn:aws:s3:::b/a/b c"),
        (.objectsNamedLater(bucket: "b"), "arn:aws:s3:::b/*"),
        (.everyObject(bucket: "b", prefix: "a"), "arn:aws:s3:::b/a*"), (.server, "*"),
    ])
    func resourcesHaveTheirNames(resource: S3Resource, arn: String) { #expect(resource.arn == arn) }
}

@Suite struct RootIdentityStoreTests {
    private let root = Credential(
        accessKey: "owner",
        secret: Secret("do-not-print"),
        identity: .root(accessKey: "owner")
    )

    @Test func theRootKeyIsFound() throws {
        let found = try RootIdentityStore(root: root).credential(accessKey: "owner", sessionToken: nil)
        #expect(found == root)
    }

    @Test(arguments: ["", "Owner", "owner ", "other"])
    func otherKeysAreNot(accessKey: String) {
        #expect(throws: CredentialError.unknownAccessKey) {
            try RootIdentityStore(root: root).credential(accessKey: accessKey, sessionToken: nil)
        }
    }

    @Test func printingACredentialShowsNoSecret() {
        #expect(!"\(root)".contains("do-not-print"))
        #expect(!String(reflecting: root).contains("do-not-print"))
        var dumped = ""
        dump(root, to: &dumped)
        #expect(!dumped.contains("do-not-print"))
    }
}
