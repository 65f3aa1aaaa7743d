import Base
import Engine
import IAM
import S3API
import S3Service
import TestSupport
import Testing
import XLMeta

@testable import Server

private let everything =
    #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::*"}]}"#
private let allUsers = "http://acs.amazonaws.com/groups/global/AllUsers"

/// Three accounts: the server's, with its root `owner` and `colleague`, who has no policy; that of `alice`, who may
/// everything in it, and `aide`, who has no policy; and that of `bob`.
private struct Accounts {
    static let alice = Account(id: "100000000001", canonicalID: "aa", displayName: "Alice")
    static let bob = Account(id: "100000000002", canonicalID: "bb", displayName: "Bob")

    let server: TestServer

    init(_ server: TestServer) throws {
        self.server = server
        try server.users.set("colleague")
        try server.users.set("alice", account: Self.alice, policies: [everything])
        try server.users.set("aide", account: Self.alice)
        try server.users.set("bob", account: Self.bob, policies: [everything])
    }

    @discardableResult
    func send(
        _ method: String,
        _ target: String,
        _ fields: [String: String] = [:],
        body: String? = nil,
        as user: String?
    ) throws -> LoopbackClient.Answer {
        try server.send(
            method,
            target,
            fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            body: body ?? (method == "PUT" ? "" : nil),
            as: user
        )
    }

    func status(_ method: String, _ target: String, _ fields: [String: String] = [:], as user: String?) throws
        -> Int
    {
        try send(method, target, fields, as: user).status
    }

    func makeBucket(
        _ name: String = "bucket",
        _ fields: [String: String] = ["x-amz-object-ownership": "ObjectWriter"],
        as user: String = "owner"
    ) throws {
        let answer = try send("PUT", "/\(name)", fields, as: user)
        #expect(answer.status == 200, "\(answer.text)")
    }
}

private func withAccounts(_ body: (Accounts) async throws -> Void) async throws {
    try await withServer { server in try await body(Accounts(server)) }
}

private let callers: [String?] = ["owner", "colleague", "alice", "aide", "bob", nil]

@Suite(.timeLimit(.minutes(3))) struct AccessControlListTests {
    // What lists grant: rows of a list and who may then read; whoever is not named may not.

    @Test(
        arguments: [
            (nil, ["owner"]), ("private", ["owner"]),
            ("public-read", ["owner", "colleague", "alice", "bob", nil]),
            ("public-read-write", ["owner", "colleague", "alice", "bob", nil]),
            ("authenticated-read", ["owner", "colleague", "alice", "bob"]),
            ("bucket-owner-read", ["owner"]), ("bucket-owner-full-control", ["owner"]),
            ("log-delivery-write", ["owner"]),
        ] as [(String?, [String?])]
    )
    func anObjectsListDecidesWhoReadsIt(canned: String?, readers: [String?]) async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket()
            let fields = canned.map { ["x-amz-acl": $0] } ?? [:]
            #expect(try accounts.status("PUT", "/bucket/put", fields, as: "owner") == 200)
            try accounts.send("PUT", "/bucket/later", as: "owner")
            if let canned {
                #expect(
                    try accounts.status("PUT", "/bucket/later?acl", ["x-amz-acl": canned], as: "owner") == 200
                )
            }
            for caller in callers {
                for target in ["/bucket/put", "/bucket/later", "/bucket/put?versionId=null"] {
                    let expected = readers.contains(caller) ? 200 : 403
                    #expect(try accounts.status("GET", target, as: caller) == expected, "\(caller ?? "-")")
                    #expect(try accounts.status("HEAD", target, as: caller) == expected, "\(caller ?? "-")")
                }
                // No canned list of an object says more.
                for target in ["/bucket/put?acl", "/bucket?acl", "/bucket?list-type=2", "/bucket?versions"]
                where caller != "owner" {
                    #expect(try accounts.status("GET", target, as: caller) == 403, "\(caller ?? "-")")
                }
                if caller != "owner" {
                    #expect(try accounts.status("DELETE", "/bucket/put", as: caller) == 403)
                    #expect(try accounts.status("PUT", "/bucket/put", as: caller) == 403)
                    let seize = ["x-amz-acl": "public-read"]
                    #expect(try accounts.status("PUT", "/bucket/put?acl", seize, as: caller) == 403)
                }
            }
        }
    }

    @Test(
        arguments: [
            (nil, [], []), ("private", [], []), ("public-read", ["colleague", "alice", "bob", nil], []),
            ("public-read-write", ["colleague", "alice", "bob", nil], ["colleague", "alice", "bob", nil]),
            ("authenticated-read", ["colleague", "alice", "bob"], []), ("log-delivery-write", [], []),
        ] as [(String?, [String?], [String?])]
    )
    func aBucketsListDecidesWhoListsAndWrites(
        canned: String?,
        listers: [String?],
        writers: [String?]
    ) async throws {
        try await withAccounts { accounts in
            var fields = ["x-amz-object-ownership": "ObjectWriter"]
            fields["x-amz-acl"] = canned
            try accounts.makeBucket("bucket", fields)
            #expect(try accounts.status("PUT", "/bucket/key", as: "owner") == 200)
            for caller in callers where caller != "owner" {
                for target in ["/bucket", "/bucket?list-type=2", "/bucket?versions", "/bucket?uploads"] {
                    let expected = listers.contains(caller) ? 200 : 403
                    #expect(try accounts.status("GET", target, as: caller) == expected, "\(caller ?? "-")")
                }
                let expected = writers.contains(caller) ? 200 : 403
                #expect(try accounts.status("PUT", "/bucket/new", as: caller) == expected, "\(caller ?? "-")")
                let isDeleted = writers.contains(caller) ? 204 : 403
                #expect(try accounts.status("DELETE", "/bucket/new", as: caller) == isDeleted)
                // Nobody gets at another's object, at its versions or at the bucket itself.
                for target in ["/bucket/key", "/bucket/key?acl", "/bucket?acl", "/bucket?policy"] {
                    #expect(
                        try accounts.status("GET", target, as: caller) == 403,
                        "\(caller ?? "-") \(target)"
                    )
                }
                #expect(try accounts.status("DELETE", "/bucket/key?versionId=null", as: caller) == 403)
                #expect(try accounts.status("DELETE", "/bucket", as: caller) == 403)
            }
        }
    }

    @Test func aGrantToAnAccountIsItsPoliciesToGive() async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket()
            let grant = ["x-amz-grant-read": "id=\"aa\"", "x-amz-grant-write-acp": "id=aa"]
            try accounts.send("PUT", "/bucket/key", as: "owner")
            #expect(try accounts.status("PUT", "/bucket/key?acl", grant, as: "owner") == 200)
            #expect(try accounts.status("GET", "/bucket/key", as: "alice") == 200)
            #expect(try accounts.status("GET", "/bucket/key?acl", as: "alice") == 403)
            #expect(
                try accounts.status("PUT", "/bucket/key?acl", ["x-amz-acl": "public-read"], as: "alice")
                    == 200
            )
            // She could, but what she has granted everybody is not hers: the list has its owner still.
            let list = try accounts.send("GET", "/bucket/key?acl", as: "owner").text
            #expect(list.contains("<Owner><ID>\(Account.server.canonicalID)</ID>"))
            #expect(!list.contains("<ID>aa</ID>"))
            #expect(try accounts.status("GET", "/bucket/key", as: "aide") == 403)
        }
    }

    @Test func whatOneGrantsOnesOwnAccountLetsNobodyInThere() async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket("bucket", ["x-amz-object-ownership": "ObjectWriter"], as: "alice")
            try accounts.send("PUT", "/bucket/key", ["x-amz-grant-full-control": "id=aa"], as: "alice")
            #expect(try accounts.status("GET", "/bucket/key", as: "alice") == 200)
            #expect(try accounts.status("GET", "/bucket/key", as: "aide") == 403)
            #expect(try accounts.status("GET", "/bucket", as: "aide") == 403)
        }
    }

    // Objects that others have written.

    @Test func anObjectIsItsWritersAndNotTheBucketOwners() async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket()
            try accounts.send("PUT", "/bucket?acl", ["x-amz-grant-write": "id=aa"], as: "owner")
            #expect(try accounts.status("PUT", "/bucket/hers", as: "alice") == 200)
            #expect(try accounts.status("GET", "/bucket/hers", as: "alice") == 200)
            #expect(try accounts.status("GET", "/bucket/hers?acl", as: "alice") == 200)
            for caller in ["owner", "colleague", "bob", "aide", nil] {
                #expect(try accounts.status("GET", "/bucket/hers", as: caller) == 403, "\(caller ?? "-")")
                #expect(try accounts.status("GET", "/bucket/hers?acl", as: caller) == 403)
                let copy = ["x-amz-copy-source": "/bucket/hers"]
                #expect(try accounts.status("PUT", "/bucket/copy", copy, as: caller) == 403)
            }
            // A policy of the bucket does not give it away, and denies all the same.
            let resource = #""Resource":"arn:aws:s3:::bucket/*""#
            func put(_ effect: String) throws {
                let policy =
                    #"{"Version":"2012-10-17","Statement":[{"Effect":"\#(effect)","Principal":"*","Action":"s3:GetObject",\#(resource)}]}"#
                let answer = try accounts.send("PUT", "/bucket?policy", body: policy, as: "owner")
                #expect(answer.status == 204, "\(answer.text)")
            }
            try put("Allow")
            for caller in ["owner", "bob", nil] {
                #expect(try accounts.status("GET", "/bucket/hers", as: caller) == 403)
            }
            try put("Deny")
            #expect(try accounts.status("GET", "/bucket/hers", as: "alice") == 403)
            // Who owns the bucket may always clear it.
            #expect(try accounts.status("DELETE", "/bucket/hers", as: "owner") == 204)
        }
    }

    @Test func listingsTellWhoseAnObjectIs() async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket(
                "bucket",
                [
                    "x-amz-object-ownership": "ObjectWriter", "x-amz-acl": "public-read-write",
                ]
            )
            try accounts.send("PUT", "/bucket/hers", as: "alice")
            try accounts.send("PUT", "/bucket/nobodys", as: nil)
            try accounts.send("POST", "/bucket/part?uploads", body: "", as: "bob")
            for target in ["/bucket", "/bucket?list-type=2&fetch-owner=true", "/bucket?versions"] {
                let text = try accounts.send("GET", target, as: "owner").text
                #expect(text.contains("<Owner><ID>aa</ID><DisplayName>Alice</DisplayName></Owner>"))
                // What nobody has signed is the bucket owner's.
                #expect(text.contains("<ID>\(Account.server.canonicalID)</ID>"))
            }
            let uploads = try accounts.send("GET", "/bucket?uploads", as: "owner").text
            #expect(uploads.contains("<Owner><ID>bb</ID><DisplayName>Bob</DisplayName></Owner>"))
        }
    }

    @Test func theListOfAnUploadIsItsObjects() async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket(
                "bucket",
                [
                    "x-amz-object-ownership": "ObjectWriter", "x-amz-acl": "public-read-write",
                ]
            )
            let fields = ["x-amz-acl": "public-read"]
            let begun = try accounts.send("POST", "/bucket/key?uploads", fields, body: "", as: "alice").text
            let id = try #require(begun.split(separator: "<UploadId>").last?.split(separator: "<").first)
            let part = try accounts.send(
                "PUT",
                "/bucket/key?partNumber=1&uploadId=\(id)",
                body: "text",
                as: "alice"
            )
            let completion =
                "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\(part.value(of: "ETag") ?? "")</ETag></Part></CompleteMultipartUpload>"
            let answer = try accounts.send(
                "POST",
                "/bucket/key?uploadId=\(id)",
                body: completion,
                as: "alice"
            )
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try accounts.send("GET", "/bucket/key", as: nil).text == "text")
            let list = try accounts.send("GET", "/bucket/key?acl", as: "alice").text
            #expect(list.contains("<Owner><ID>aa</ID>"))
        }
    }

    // The right that a list needs which comes with a write.

    @Test func whoeverMayOnlyWriteCannotOpenWhatIsWritten() async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket()
            let put =
                #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::*"}]}"#
            try accounts.server.users.set("writer", policies: [put])
            for fields in [["x-amz-acl": "public-read"], ["x-amz-grant-read": "uri=\(allUsers)"]] {
                #expect(try accounts.status("PUT", "/bucket/key", fields, as: "writer") == 403)
                #expect(try accounts.status("POST", "/bucket/key?uploads", fields, as: "writer") == 403)
            }
            #expect(try accounts.status("PUT", "/bucket/key", ["x-amz-acl": "private"], as: "writer") == 200)
            // Across accounts one's own policies say so, and the bucket's may deny it.
            try accounts.send("PUT", "/bucket?acl", ["x-amz-acl": "public-read-write"], as: "owner")
            try accounts.server.users.set("writer", account: Accounts.bob, policies: [put])
            let open = ["x-amz-acl": "public-read"]
            #expect(try accounts.status("PUT", "/bucket/key", open, as: "writer") == 403)
            #expect(try accounts.status("PUT", "/bucket/key", open, as: "bob") == 200)
            // Who has no policies may by the list that lets everybody write, as in S3; a bucket policy grants the action only.
            #expect(try accounts.status("PUT", "/bucket/key", open, as: nil) == 200)
            #expect(try accounts.status("PUT", "/bucket/key?acl", open, as: nil) == 403)
            try accounts.send("PUT", "/bucket?acl", ["x-amz-acl": "private"], as: "owner")
            let writable =
                #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::bucket/*"}]}"#
            #expect(try accounts.send("PUT", "/bucket?policy", body: writable, as: "owner").status == 204)
            #expect(try accounts.status("PUT", "/bucket/key", as: nil) == 200)
            #expect(try accounts.status("PUT", "/bucket/key", open, as: nil) == 403)
            try accounts.send("PUT", "/bucket?acl", ["x-amz-acl": "public-read-write"], as: "owner")
            let denial =
                #"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::bucket/*","Condition":{"StringLike":{"s3:x-amz-acl":"public*"}}}]}"#
            #expect(try accounts.send("PUT", "/bucket?policy", body: denial, as: "owner").status == 204)
            #expect(try accounts.status("PUT", "/bucket/key", open, as: "bob") == 403)
            #expect(try accounts.status("PUT", "/bucket/key", as: "bob") == 200)
        }
    }

    // Ownership controls.

    @Test(arguments: [nil, "BucketOwnerEnforced"])
    func withoutListsNothingButTheBucketOwnersIsTaken(ownership: String?) async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket("bucket", ownership.map { ["x-amz-object-ownership": $0] } ?? [:])
            try accounts.send("PUT", "/bucket/key", as: "owner")
            for canned in ["public-read", "public-read-write", "authenticated-read", "log-delivery-write"] {
                for target in ["/bucket?acl", "/bucket/key", "/bucket/key?acl"] {
                    let answer = try accounts.send("PUT", target, ["x-amz-acl": canned], as: "owner")
                    #expect(answer.status == 400 && answer.text.contains("AccessControlListNotSupported"))
                }
            }
            let grant = ["x-amz-grant-read": "uri=\(allUsers)"]
            for target in ["/bucket?acl", "/bucket/key", "/bucket/key?acl"] {
                #expect(try accounts.status("PUT", target, grant, as: "owner") == 400)
                let harmless = ["x-amz-acl": "bucket-owner-full-control"]
                #expect(try accounts.status("PUT", target, harmless, as: "owner") == 200)
                // Clients of MinIO's send this one to buckets of which nobody has said anything.
                let expected = ownership == nil ? 200 : 400
                #expect(try accounts.status("PUT", target, ["x-amz-acl": "private"], as: "owner") == expected)
            }
            let list = try accounts.send("GET", "/bucket?acl", as: "owner").text
            let written = try accounts.send("PUT", "/bucket?acl", body: list, as: "owner")
            #expect(written.status == 200, "\(written.text)")
            #expect(try accounts.status("GET", "/bucket/key", as: nil) == 403)
        }
    }

    @Test func listsThatAreSwitchedOffGrantNothingUntilTheyAreOnAgain() async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket(
                "bucket",
                [
                    "x-amz-object-ownership": "ObjectWriter", "x-amz-acl": "public-read-write",
                ]
            )
            try accounts.send("PUT", "/bucket/hers", ["x-amz-acl": "public-read"], as: "alice")
            func controls(_ name: String) throws -> LoopbackClient.Answer {
                let body = String(
                    decoding: OwnershipControls(ObjectOwnership(rawValue: name) ?? .objectWriter).xml,
                    as: UTF8.self
                )
                return try accounts.send("PUT", "/bucket?ownershipControls", body: body, as: "owner")
            }
            // Not while others rely on the bucket's own list.
            #expect(try controls("BucketOwnerEnforced").text.contains("InvalidBucketAclWithObjectOwnership"))
            try accounts.send("PUT", "/bucket?acl", ["x-amz-acl": "private"], as: "owner")
            #expect(try accounts.status("GET", "/bucket/hers", as: nil) == 200)
            #expect(try accounts.status("GET", "/bucket/hers", as: "owner") == 200)

            #expect(try controls("BucketOwnerEnforced").status == 200)
            #expect(try accounts.status("GET", "/bucket/hers", as: nil) == 403)
            #expect(try accounts.status("GET", "/bucket/hers", as: "alice") == 403)
            #expect(try accounts.status("GET", "/bucket/hers", as: "owner") == 200)
            let list = try accounts.send("GET", "/bucket/hers?acl", as: "owner").text
            #expect(!list.contains("<ID>aa</ID>") && !list.contains(allUsers))

            #expect(try controls("BucketOwnerPreferred").status == 200)
            #expect(try accounts.status("GET", "/bucket/hers", as: nil) == 200)
            // Without controls lists are off.
            #expect(try accounts.status("DELETE", "/bucket?ownershipControls", as: "owner") == 204)
            #expect(try accounts.status("GET", "/bucket/hers", as: nil) == 403)
            let missing = try accounts.send("GET", "/bucket?ownershipControls", as: "owner")
            #expect(missing.status == 404 && missing.text.contains("OwnershipControlsNotFoundError"))
        }
    }

    @Test(
        arguments: [
            ("ObjectWriter", nil, "aa"), ("ObjectWriter", "bucket-owner-full-control", "aa"),
            ("BucketOwnerPreferred", nil, "aa"), ("BucketOwnerPreferred", "public-read", "aa"),
            ("BucketOwnerPreferred", "bucket-owner-full-control", Account.server.canonicalID),
            ("BucketOwnerEnforced", nil, Account.server.canonicalID),
            ("BucketOwnerEnforced", "bucket-owner-full-control", Account.server.canonicalID),
        ] as [(String, String?, String)]
    )
    func whoseAnObjectIsIsSaidByTheControls(ownership: String, canned: String?, id: String) async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket("bucket", ["x-amz-object-ownership": ownership])
            let policy =
                #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::bucket/*"}]}"#
            #expect(try accounts.send("PUT", "/bucket?policy", body: policy, as: "owner").status == 204)
            let fields = canned.map { ["x-amz-acl": $0] } ?? [:]
            let answer = try accounts.send("PUT", "/bucket/key", fields, as: "alice")
            #expect(answer.status == 200, "\(answer.text)")
            let text = try accounts.send("GET", "/bucket", as: "owner").text
            #expect(text.contains("<Owner><ID>\(id)</ID>"), "\(text)")
        }
    }

    // The public access block.

    private func block(_ accounts: Accounts, _ configuration: PublicAccessBlockConfiguration) throws {
        let body = String(decoding: configuration.xml, as: UTF8.self)
        let answer = try accounts.send("PUT", "/bucket?publicAccessBlock", body: body, as: "owner")
        #expect(answer.status == 200, "\(answer.text)")
    }

    @Test func everySwitchDoesItsOwnAndNoMore() async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket()
            let policy =
                #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/byPolicy"}]}"#
            let open = ["x-amz-acl": "public-read"]
            func state() throws -> [Bool] {
                try [
                    accounts.status("PUT", "/bucket/byList", open, as: "owner") == 200,
                    accounts.status("PUT", "/bucket/byList?acl", open, as: "owner") == 200,
                    accounts.status("PUT", "/bucket?acl", open, as: "owner") == 200,
                    accounts.send("PUT", "/bucket?policy", body: policy, as: "owner").status == 204,
                    accounts.status("GET", "/bucket/byList", as: nil) == 200,
                    accounts.status("GET", "/bucket", as: nil) == 200,
                    accounts.status("GET", "/bucket/byPolicy", as: nil) == 200,
                ]
            }
            try accounts.send("PUT", "/bucket/byPolicy", as: "owner")
            #expect(try state() == [true, true, true, true, true, true, true])
            let missing = try accounts.send("GET", "/bucket?publicAccessBlock", as: "owner")
            #expect(missing.text.contains("NoSuchPublicAccessBlockConfiguration"))

            try block(accounts, PublicAccessBlockConfiguration(blocksPublicACLs: true))
            #expect(try state() == [false, false, false, true, true, true, true])
            // The private one is taken.
            #expect(try accounts.status("PUT", "/bucket/other", ["x-amz-acl": "private"], as: "owner") == 200)
            try block(accounts, PublicAccessBlockConfiguration(ignoresPublicACLs: true))
            #expect(try state() == [true, true, true, true, false, false, true])
            try block(accounts, PublicAccessBlockConfiguration(blocksPublicPolicy: true))
            #expect(try state() == [true, true, true, false, true, true, true])
            try block(accounts, PublicAccessBlockConfiguration(restrictsPublicBuckets: true))
            #expect(try state() == [true, true, true, true, true, true, false])
            #expect(try accounts.status("DELETE", "/bucket?publicAccessBlock", as: "owner") == 204)
            #expect(try state() == [true, true, true, true, true, true, true])
        }
    }

    @Test func theStatusOfABucketCountsItsList() async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket()
            func isPublic() throws -> Bool {
                try accounts.send("GET", "/bucket?policyStatus", as: "owner").text
                    .contains("<IsPublic>true</IsPublic>")
            }
            #expect(try !isPublic())
            try accounts.send("PUT", "/bucket?acl", ["x-amz-acl": "authenticated-read"], as: "owner")
            #expect(try isPublic())
            try block(accounts, PublicAccessBlockConfiguration(ignoresPublicACLs: true))
            #expect(try !isPublic())
        }
    }

    // Whose a bucket is.

    @Test func aBucketIsItsMakersAccounts() async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket("hers", [:], as: "alice")
            try accounts.makeBucket("servers", [:], as: "owner")
            func listed(_ user: String) throws -> String { try accounts.send("GET", "/", as: user).text }
            #expect(
                try listed("alice").contains("<Owner><ID>aa</ID><DisplayName>Alice</DisplayName></Owner>")
            )
            #expect(try listed("alice").contains("hers") && !listed("alice").contains("servers"))
            #expect(try listed("owner").contains("servers") && !listed("owner").contains("<Name>hers"))
            #expect(try listed("bob").contains("<Buckets></Buckets>"))
            // Not even root reaches into another account.
            for caller in ["owner", "colleague", "bob", "aide", nil] {
                #expect(try accounts.status("GET", "/hers", as: caller) == 403, "\(caller ?? "-")")
                #expect(try accounts.status("PUT", "/hers/key", as: caller) == 403)
                #expect(try accounts.status("DELETE", "/hers", as: caller) == 403)
                #expect(try accounts.status("GET", "/hers?policy", as: caller) == 403)
            }
            #expect(try accounts.status("GET", "/servers", as: "alice") == 403)
            #expect(try accounts.status("PUT", "/hers/key", as: "alice") == 200)
            for (user, code) in [
                ("alice", "BucketAlreadyOwnedByYou"), ("owner", "BucketAlreadyExists"),
                ("bob", "BucketAlreadyExists"),
            ] {
                for fields in [
                    [:], ["x-amz-acl": "public-read"],
                    ["x-amz-acl": "public-read", "x-amz-object-ownership": "ObjectWriter"],
                ] {
                    let answer = try accounts.send("PUT", "/hers", fields, as: user)
                    #expect(answer.status == 409 && answer.text.contains(code), "\(user): \(answer.text)")
                }
            }
            let expected = ["x-amz-expected-bucket-owner": Accounts.alice.id]
            #expect(try accounts.status("GET", "/hers", expected, as: "alice") == 200)
            let wrong = ["x-amz-expected-bucket-owner": Accounts.bob.id]
            #expect(try accounts.status("GET", "/hers", wrong, as: "alice") == 403)
            let copy = [
                "x-amz-copy-source": "/hers/key", "x-amz-source-expected-bucket-owner": Accounts.bob.id,
            ]
            #expect(try accounts.status("PUT", "/hers/copy", copy, as: "alice") == 403)
        }
    }

    // What cannot be read lets nobody in.

    @Test(arguments: [
        BucketSupplement.Setting.acl, .ownershipControls, .publicAccessBlock,
    ])
    func settingsThatCannotBeReadLetNobodyInButRoot(setting: BucketSupplement.Setting) async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket(
                "bucket",
                [
                    "x-amz-object-ownership": "ObjectWriter", "x-amz-acl": "public-read",
                ]
            )
            try accounts.send("PUT", "/bucket/key", ["x-amz-acl": "public-read"], as: "owner")
            #expect(try accounts.status("GET", "/bucket/key", as: nil) == 200)
            try await accounts.server.engine.set(.own(setting), to: Array("<x".utf8), ofBucket: "bucket")
            for caller in callers where caller != "owner" {
                #expect(try accounts.status("GET", "/bucket/key", as: caller) == 403, "\(caller ?? "-")")
                #expect(try accounts.status("GET", "/bucket", as: caller) == 403, "\(caller ?? "-")")
            }
        }
    }

    @Test func anObjectsListThatCannotBeReadLetsNobodyIn() async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket()
            try accounts.send("PUT", "/bucket/key", ["x-amz-acl": "public-read"], as: "owner")
            _ = try await accounts.server.engine.amend(bucket: "bucket", key: "key", id: nil) { metadata, _ in
                metadata.system = [(InternalMetadataKey.accessControl, Array("<x".utf8))]
            }
            for caller in callers {
                #expect(try accounts.status("GET", "/bucket/key", as: caller) == 403, "\(caller ?? "-")")
                #expect(
                    try accounts.status("PUT", "/bucket/key?acl", ["x-amz-acl": "private"], as: caller) == 403
                )
            }
        }
    }

    @Test func whatIsNoListIsRefusedAndNothingIsChanged() async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket()
            try accounts.send("PUT", "/bucket/key", as: "owner")
            for target in ["/bucket?acl", "/bucket/key?acl"] {
                let list = try accounts.send("GET", target, as: "owner").text
                let another = list.replacing(
                    "<Owner><ID>\(Account.server.canonicalID)",
                    with: "<Owner><ID>aa"
                )
                for (fields, body, status, code) in [
                    ([:], "", 400, "MissingSecurityHeader"), ([:], "<x", 400, "MalformedACLError"),
                    ([:], another, 403, "AccessDenied"),
                    (["x-amz-acl": "private"], list, 400, "UnexpectedContent"),
                    (["x-amz-grant-read": "id=nobody"], "", 400, "InvalidArgument"),
                    (["x-amz-grant-read": "emailAddress=a@b"], "", 400, "UnresolvableGrantByEmailAddress"),
                ] as [([String: String], String, Int, String)] {
                    let answer = try accounts.send("PUT", target, fields, body: body, as: "owner")
                    #expect(
                        answer.status == status && answer.text.contains("<Code>\(code)<"),
                        "\(answer.text)"
                    )
                }
                #expect(try accounts.send("GET", target, as: "owner").text == list)
            }
        }
    }

    @Test func everyVersionHasItsOwnList() async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket()
            try accounts.send(
                "PUT",
                "/bucket?versioning",
                body: "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
                as: "owner"
            )
            let open = ["x-amz-acl": "public-read"]
            let first = try accounts.send("PUT", "/bucket/key", open, body: "1", as: "owner")
            let id = try #require(first.value(of: "x-amz-version-id"))
            try accounts.send("PUT", "/bucket/key", body: "2", as: "owner")
            #expect(try accounts.status("GET", "/bucket/key", as: nil) == 403)
            #expect(try accounts.send("GET", "/bucket/key?versionId=\(id)", as: nil).text == "1")
            let target = "/bucket/key?acl&versionId=\(id)"
            #expect(try accounts.status("PUT", target, ["x-amz-acl": "private"], as: "owner") == 200)
            #expect(try accounts.status("GET", "/bucket/key?versionId=\(id)", as: nil) == 403)
        }
    }

    /// The list is the new object's own, not the source's.
    @Test func aCopyHasItsOwnOwnerAndList() async throws {
        try await withAccounts { accounts in
            try accounts.makeBucket(
                "bucket",
                [
                    "x-amz-object-ownership": "ObjectWriter", "x-amz-acl": "public-read-write",
                ]
            )
            try accounts.send("PUT", "/bucket/source", ["x-amz-acl": "public-read"], as: "owner")
            let copy = ["x-amz-copy-source": "/bucket/source"]
            #expect(try accounts.status("PUT", "/bucket/copy", copy, as: "alice") == 200)
            #expect(try accounts.status("GET", "/bucket/copy", as: nil) == 403)
            #expect(try accounts.status("GET", "/bucket/copy", as: "owner") == 403)
            #expect(try accounts.status("GET", "/bucket/copy", as: "alice") == 200)
        }
    }
}
