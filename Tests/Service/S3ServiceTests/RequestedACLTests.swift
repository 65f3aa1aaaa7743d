import Base
import IAM
import Policy
import S3API
import ServiceTestSupport
import Testing

@testable import S3Service

private struct Directory: AccountDirectory {
    func account(canonicalID: String) -> Account? {
        ["a", "b"].contains(canonicalID)
            ? Account(id: canonicalID, canonicalID: canonicalID, displayName: "\(canonicalID)-name") : nil
    }
}

private let alice = Owner(id: "a", displayName: "a-name")

private func requested(_ fields: String...) throws -> RequestedACL {
    try RequestedACL(of: request("PUT", "/bucket/key", fields))
}

@Suite struct RequestedACLTests {
    @Test func headersAreReadInTheirOrder() throws {
        let found = try requested(
            "x-amz-grant-full-control: id=b",
            "x-amz-grant-read: id=\"a\", uri=\"http://acs.amazonaws.com/groups/global/AllUsers\" ,emailAddress=x@y"
        )
        #expect(
            found.content
                == .grants([
                    .init(.read, to: .user(Owner(id: "a", displayName: ""))),
                    .init(.read, to: .group(.allUsers)), .init(.read, to: .email("x@y")),
                    .init(.fullControl, to: .user(Owner(id: "b", displayName: ""))),
                ])
        )
    }

    @Test func nothingIsAskedForByNothingOrPrivate() throws {
        for found in [try requested(), try requested("x-amz-acl: private"), try requested("x-amz-acl:")] {
            #expect(!found.asksForSomething)
            #expect(found.rights(on: ObjectAddress(bucket: "bucket", key: "key")).isEmpty)
        }
        #expect(try requested("x-amz-acl: public-read").rights(on: .init(bucket: "b", key: "k")).count == 1)
    }

    @Test(
        arguments: [
            (["x-amz-acl: public-ready"], .invalidArgument), (["x-amz-acl: aws-exec-read"], .notImplemented),
            (["x-amz-acl: private", "x-amz-grant-read: id=a"], .invalidRequest),
            (["x-amz-grant-read: id=a", "x-amz-grant-read: id=b"], .invalidArgument),
            (["x-amz-grant-everything: id=a"], .invalidArgument), (["x-amz-grant-read:"], .invalidArgument),
            (["x-amz-grant-read: a"], .invalidArgument), (["x-amz-grant-read: id="], .invalidArgument),
            (["x-amz-grant-read: id=\"a"], .invalidArgument), (["x-amz-grant-read: id=a,"], .invalidArgument),
            (["x-amz-grant-read: name=a"], .invalidArgument), (["x-amz-grant-read: uri=b"], .invalidArgument),
        ] as [([String], S3Error.Code)]
    )
    func badHeadersAreRefused(fields: [String], code: S3Error.Code) {
        let error = #expect(throws: S3Error.self) {
            try RequestedACL(of: request("PUT", "/bucket/key", fields))
        }
        #expect(error?.code == code)
    }

    @Test func usersGetTheirNamesAndGroupsComeFirst() throws {
        let list = try requested(
            "x-amz-grant-read: id=b",
            "x-amz-grant-write: uri=http://acs.amazonaws.com/groups/s3/LogDelivery"
        ).policy(owner: alice, bucketOwner: nil, in: Directory())
        #expect(
            list.grants == [
                .init(.write, to: .group(.logDelivery)),
                .init(.read, to: .user(Owner(id: "b", displayName: "b-name"))),
            ]
        )
    }

    @Test(
        arguments: [
            ("x-amz-grant-read: id=nobody", .invalidArgument),
            ("x-amz-grant-read: emailAddress=b@example.com", .unresolvableGrant),
        ] as [(String, S3Error.Code)]
    )
    func whoIsNotThereIsGrantedNothing(field: String, code: S3Error.Code) throws {
        let found = try requested(field)
        let error = #expect(throws: S3Error.self) {
            try found.policy(owner: alice, bucketOwner: nil, in: Directory())
        }
        #expect(error?.code == code)
    }

    @Test(arguments: 0..<32 as Range<UInt64>) func mutatedGranteesAreReadOrRefused(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let text = Array("id=\"a\", uri=\"http://acs.amazonaws.com/groups/global/AllUsers\"".utf8)
        for _ in 0..<500 {
            var bytes = text
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
                let index = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: index)
                default: bytes.insert(bytes[index], at: index)
                }
            }
            do throws(S3Error) {
                let found = try RequestedACL.grantees(String(decoding: bytes, as: UTF8.self))
                #expect((1...text.count).contains(found.count))
            } catch { #expect(error.code == .invalidArgument) }
        }
    }
}

/// What a list grants, beside the rule: who owns it gets nothing from it, a signature makes somebody one of the
/// authenticated, an id means its account.
@Suite struct GrantingTests {
    private static func identity(_ canonicalID: String) -> Identity {
        let account = Account(id: canonicalID, canonicalID: canonicalID, displayName: "")
        return .signed(SignedIdentity(accessKey: canonicalID, kind: .user, account: account))
    }

    private static let (everybody, signed) = (
        AccessControlPolicy.Grantee.group(.allUsers), AccessControlPolicy.Grantee.group(.authenticatedUsers)
    )
    private static let bob = AccessControlPolicy.Grantee.user(Owner(id: "b", displayName: ""))

    @Test(
        arguments: [
            (everybody, nil, .toPublic), (everybody, "a", .toPublic), (everybody, "b", .toPublic),
            (signed, nil, .none), (signed, "a", .toPublic), (signed, "b", .toPublic),
            (bob, nil, .none), (bob, "a", .none), (bob, "b", .toCaller), (bob, "c", .none),
            (.user(alice), "a", .none), (.user(alice), "b", .none), (.user(alice), nil, .none),
            (.group(.logDelivery), "b", .none), (.group(.logDelivery), nil, .none),
            (.email("b"), "b", .none),
        ] as [(AccessControlPolicy.Grantee, String?, PolicyLayers.ACLGrant)]
    )
    func aListGrantsWhatItSays(
        grantee: AccessControlPolicy.Grantee,
        caller: String?,
        grant: PolicyLayers.ACLGrant
    ) {
        let identity = caller.map { Self.identity($0) } ?? .anonymous
        for given in AccessControlPolicy.Permission.allCases {
            let list = AccessControlPolicy(
                owner: alice,
                grants: [.init(.fullControl, to: .user(alice)), .init(given, to: grantee)]
            )
            for asked in AccessControlPolicy.Permission.allCases {
                let expected = given == asked || given == .fullControl ? grant : .none
                #expect(list.grant(of: asked, to: identity) == expected, "\(given), \(asked)")
            }
        }
    }

    /// What no list can grant, because it is not mapped, is not granted by the fullest one.
    @Test func onlyTheMappedActionsAreGranted() {
        let bucket: Set<S3Action> = [
            .listBucket, .listBucketVersions, .listBucketMultipartUploads, .putObject, .deleteObject,
            .abortMultipartUpload, .listMultipartUploadParts, .getBucketAcl, .putBucketAcl,
        ]
        let object: Set<S3Action> = [
            .getObject, .getObjectVersion, .getObjectAcl, .getObjectVersionAcl, .putObjectAcl,
            .putObjectVersionAcl, .getObjectAttributes, .getObjectVersionAttributes,
        ]
        for action in S3Action.allCases {
            #expect((action.bucketPermission != nil) == bucket.contains(action), "\(action)")
            #expect((action.objectPermission != nil) == object.contains(action), "\(action)")
        }
    }
}
