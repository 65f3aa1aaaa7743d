import Base
import JSON
import Policy
import Telemetry
import Testing

@testable import IAM

@Suite struct StoredItemTests {
    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

    private func item(_ text: String, at path: ItemPath) -> Item { Item(parsing: Array(text.utf8), at: path) }

    private func identity(_ text: String, _ name: Name = "fxuser") throws -> StoredIdentity {
        guard case .identity(let identity) = item(text, at: .user(name)) else {
            throw ItemError.malformed(member: "not an identity")
        }
        return identity
    }

    @Test func whatMinIOWroteIsWrittenAgainByteForByte() throws {
        let user = try identity(MinIOFiles.user)
        let userTime = try time("2026-11-21T09:30:01.984330484Z")
        #expect(String(decoding: user.encoded(at: userTime), as: UTF8.self) == MinIOFiles.user)
        let account = try identity(MinIOFiles.serviceAccount, "fxsvcaccesskey01")
        let accountTime = try time("2026-11-21T09:30:02.981564986Z")
        #expect(
            String(decoding: account.encoded(at: accountTime), as: UTF8.self) == MinIOFiles.serviceAccount
        )
        guard case .members(let members) = item(MinIOFiles.members, at: .group("fxgroup")),
            case .mapping(let mapping) = item(MinIOFiles.mapping, at: .mapping(.users, "fxuser")),
            case .policy(let policy) = item(MinIOFiles.policy, at: .policy("fx-readbasic"))
        else {
            Issue.record("an item is not what its path says")
            return
        }
        let membersTime = try time("2026-11-21T09:30:02.64194205Z")
        #expect(String(decoding: members.encoded(at: membersTime), as: UTF8.self) == MinIOFiles.members)
        let mappingTime = try time("2026-11-21T09:30:02.372957881Z")
        #expect(String(decoding: mapping.encoded(at: mappingTime), as: UTF8.self) == MinIOFiles.mapping)
        let policyTime = try time("2026-11-21T09:30:01.632Z")
        let policyBytes = policy.encoded(at: policyTime, createdAt: nil)
        #expect(String(decoding: policyBytes, as: UTF8.self) == MinIOFiles.policy)
    }

    @Test func aNewUserIsWrittenAsMinIOWritesIt() throws {
        let user = StoredIdentity(accessKey: "fxuser", secret: Secret("fxuserpass123"))
        let bytes = user.encoded(at: try time("2026-11-21T09:30:01.984330484Z"))
        #expect(String(decoding: bytes, as: UTF8.self) == MinIOFiles.user)
    }

    @Test func anAccountOfItsOwnIsAMemberThatMinIOPassesOver() throws {
        var user = StoredIdentity(accessKey: "bob", secret: Secret("bobs-secret"))
        user.account = Account(id: "123456789012", canonicalID: "c0ffee", displayName: "Bob")
        let bytes = user.encoded(at: .epoch)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"version":1,"credentials":{"accessKey":"bob","secretKey":"bobs-secret","expiration":"0001-01-01T00:00:00Z","status":"on"},"updatedAt":"1970-01-01T00:00:00Z","martletAccount":{"id":"123456789012","canonicalID":"c0ffee","displayName":"Bob"}}"#
        )
        #expect(try identity(String(decoding: bytes, as: UTF8.self), "bob").account == user.account)
    }

    @Test func unknownMembersAreKept() throws {
        let text =
            #"{"version":7,"x":[1.50],"credentials":{"accessKey":"fxuser","future":{"k":null},"secretKey":"12345678","status":"on"},"updatedAt":"2026-01-01T00:00:00Z","z":true}"#
        var user = try identity(text)
        user.status = .disabled
        let written = String(decoding: user.encoded(at: .epoch), as: UTF8.self)
        #expect(
            written
                == #"{"version":7,"x":[1.50],"credentials":{"accessKey":"fxuser","future":{"k":null},"secretKey":"12345678","status":"off","expiration":"0001-01-01T00:00:00Z"},"updatedAt":"1970-01-01T00:00:00Z","z":true}"#
        )
    }

    @Test func theOtherServersNamesAreRead() throws {
        let text = #"{"version":1,"policies":"a, b,,a","update_at":"2026-01-01T00:00:00Z"}"#
        guard case .mapping(let mapping) = item(text, at: .mapping(.groups, "g")) else {
            Issue.record("no mapping")
            return
        }
        #expect(mapping.policies == ["a", "b"])
        #expect(mapping.updatedAt == Timestamp(iso8601: "2026-01-01T00:00:00Z"))
        let written = String(decoding: mapping.encoded(at: .epoch), as: UTF8.self)
        #expect(written == #"{"version":1,"policy":"a,b","updatedAt":"1970-01-01T00:00:00Z"}"#)
    }

    @Test func aPolicyWithoutItsWrappingIsReadAndWrapped() throws {
        let bare = String(decoding: policyText(), as: UTF8.self)
        guard case .policy(let policy) = item(bare, at: .policy("p")) else {
            Issue.record("no policy")
            return
        }
        #expect(policy.policy?.statementCount == 1)
        #expect(policy.text == policyText())
        let written = String(decoding: policy.encoded(at: .epoch, createdAt: nil), as: UTF8.self)
        #expect(
            written
                == #"{"Version":1,"Policy":\#(bare),"CreateDate":"1970-01-01T00:00:00Z","UpdateDate":"1970-01-01T00:00:00Z"}"#
        )
    }

    @Test(arguments: [
        ("on", AccountStatus.enabled), ("enabled", .enabled), ("", .enabled), ("off", .disabled),
        ("disabled", .disabled),
    ])
    func statusesOfAllReleasesAreRead(text: String, status: AccountStatus) throws {
        let user = try identity(#"{"credentials":{"secretKey":"12345678","status":"\#(text)"}}"#, "carol")
        #expect(user.status == status)
        #expect(user.accessKey == "carol")
    }

    @Test(arguments: [
        ("{}", "credentials"), (#"{"credentials":[]}"#, "credentials"), (#"{"credentials":{}}"#, "secretKey"),
        (#"{"credentials":{"secretKey":""}}"#, "secretKey"),
        (#"{"credentials":{"secretKey":1}}"#, "secretKey"),
        (#"{"credentials":{"secretKey":"s","status":"maybe"}}"#, "status"),
        (#"{"credentials":{"accessKey":"v","secretKey":"s"}}"#, "accessKey"),
        (#"{"credentials":{"secretKey":"s","expiration":"soon"}}"#, "expiration"),
        (#"{"credentials":{"secretKey":"s","groups":"g"}}"#, "groups"),
        (#"{"credentials":{"secretKey":"s","parentUser":{}}}"#, "parentUser"),
        (#"{"credentials":{"secretKey":"s"},"martletAccount":{"id":"1"}}"#, "martletAccount"),
    ])
    func whatIsNoIdentityIsSaidToBeNone(text: String, member: String) {
        guard case .unreadable(let error) = item(text, at: .user("u")) else {
            Issue.record("\(text) was read")
            return
        }
        #expect(error == .malformed(member: member))
    }

    @Test func aMemberThatStandsTwiceIsNotReadEitherWay() {
        let text = #"{"version":1,"policy":"a","policy":"b"}"#
        guard case .unreadable(.malformedJSON(.repeatedKey)) = item(text, at: .mapping(.users, "u")) else {
            Issue.record("it was read")
            return
        }
    }

    @Test(arguments: [
        ("0001-01-01T00:00:00Z", nil), ("1970-01-01T00:00:00Z", nil), ("9999-12-31T23:59:59Z", Int64.max),
        ("1970-01-01T00:00:01Z", 1_000_000_000), ("2026-11-21T09:30:01.5+01:00", 1_795_249_801_500_000_000),
    ])
    func timesOfEveryYearAreRead(text: String, nanoseconds: Int64?) throws {
        let time = try #require(StoredTime.parse(text))
        #expect(time?.nanoseconds == nanoseconds)
    }

    @Test(arguments: ["", "soon", "2026-11-21", "9999-13-31T23:59:59Z", "x001-01-01T00:00:00Z"])
    func whatIsNoTimeIsNone(text: String) { #expect(StoredTime.parse(text) == nil) }

    @Test(arguments: [
        (0 as Int64, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.000000001Z"),
        (100_000_000, "1970-01-01T00:00:00.1Z"), (999_999_999, "1970-01-01T00:00:00.999999999Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
    ])
    func timesAreWrittenAsGoWritesThem(nanoseconds: Int64, text: String) {
        #expect(StoredTime.text(Timestamp(nanoseconds: nanoseconds)) == text)
    }

    @Test func printingAnIdentityShowsNoSecret() throws {
        let user = try identity(MinIOFiles.serviceAccount, "fxsvcaccesskey01")
        var dumped = ""
        dump(user, to: &dumped)
        for text in ["\(user)", String(reflecting: user), dumped] {
            #expect(!text.contains("fxsvcsecret"))
            #expect(!text.contains("ngvrKTGS"))
        }
    }

    @Test(arguments: [
        ("config/iam/format.json", ItemPath.format), ("config/iam/users/a/identity.json", .user("a")),
        ("config/iam/users/a/b/identity.json", .user("a/b")),
        ("config/iam/service-accounts/k/identity.json", .serviceAccount("k")),
        ("config/iam/sts/k/identity.json", .temporary("k")),
        ("config/iam/groups/g/members.json", .group("g")),
        ("config/iam/policies/p/policy.json", .policy("p")),
        ("config/iam/policydb/users/u.json", .mapping(.users, "u")),
        ("config/iam/policydb/sts-users/uid=a,dc=b.json", .mapping(.externalUsers, "uid=a,dc=b")),
        ("config/iam/policydb/service-accounts/k.json", .mapping(.serviceAccounts, "k")),
        ("config/iam/policydb/groups/a/b.json", .mapping(.groups, "a/b")),
        ("config/iam/martlet/change.json", .journal),
    ])
    func pathsAndItemsAreTheSame(path: String, item: ItemPath) {
        #expect(ItemPath(path) == item)
        #expect(item.path == path)
    }

    @Test(arguments: [
        "", "config/iam/", "config/iam/users/identity.json", "config/iam/users//identity.json",
        "config/iam/users/a", "config/iam/policydb/users/.json", "config/iam/policydb/other/a.json",
        "config/config.json", "config/iam/other.json",
    ])
    func otherPathsAreNobodys(path: String) { #expect(ItemPath(path) == nil) }

    @Test func twoSpellingsOfALetterAreTwoNames() {
        #expect(Name("é") != Name("e\u{301}"))
        #expect(Set([Name("é"), Name("e\u{301}"), Name("é")]).count == 2)
    }

    @Test func aJournalIsReadAsItWasWritten() throws {
        let journal = Journal([
            FileChange(path: .user("a"), bytes: nil),
            FileChange(path: .group("g"), bytes: Array(#"{"members":["\u00e9"]}"#.utf8)),
        ])
        #expect(
            String(decoding: journal.encoded, as: UTF8.self)
                == #"{"version":1,"files":[{"path":"config/iam/users/a/identity.json","content":null},{"path":"config/iam/groups/g/members.json","content":"{\"members\":[\"\\u00e9\"]}"}]}"#
        )
        #expect(try Journal(parsing: journal.encoded) == journal)
    }

    @Test(arguments: [
        "", "{}", #"{"version":2,"files":[]}"#, #"{"version":1}"#, #"{"version":1,"files":[{}]}"#,
        #"{"version":1,"files":[{"path":"format.json","content":null}]}"#,
        #"{"version":1,"files":[{"path":"config/iam/martlet/change.json","content":null}]}"#,
        #"{"version":1,"files":[{"path":"config/iam/format.json"}]}"#,
        #"{"version":1,"files":[{"path":"config/iam/format.json","content":1}]}"#,
    ])
    func whatIsNoJournalIsRefused(text: String) {
        #expect(throws: ItemError.self) { try Journal(parsing: Array(text.utf8)) }
    }
}

@Suite struct StoredItemFuzzTests {
    private static let seeds: [(ItemPath, String)] = [
        (.user("fxuser"), MinIOFiles.user), (.serviceAccount("fxsvcaccesskey01"), MinIOFiles.serviceAccount),
        (.group("g"), MinIOFiles.members), (.policy("p"), MinIOFiles.policy),
        (.mapping(.users, "u"), MinIOFiles.mapping), (.format, #"{"version":1}"#),
    ]

    /// Whatever the bytes are, they are an item or unreadable; what is read can be written and is then read the same.
    @Test(arguments: 0..<8 as Range<UInt64>)
    func mutatedItemsAreReadOrRefused(seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            let (path, text) = Self.seeds[Int.random(in: 0..<Self.seeds.count, using: &random)]
            let bytes = mutated(Array(text.utf8), using: &random)
            let item = await Item(reading: bytes, at: path, with: NoDecryption())
            var index = Index(root: rootCredential, account: .server)
            index.set(item, at: path)
            switch item {
            case .identity(let identity):
                let again = Item(parsing: identity.encoded(at: .epoch), at: path)
                if case .identity(let read) = again {
                    #expect(read.accessKey == identity.accessKey && read.secret == identity.secret)
                    #expect(read.expiration == identity.expiration && read.status == identity.status)
                } else {
                    Issue.record("\(path): what was written is not read")
                }
            case .members(let members):
                if case .members(let read) = Item(parsing: members.encoded(at: .epoch), at: path) {
                    #expect(read.members == members.members && read.status == members.status)
                } else {
                    Issue.record("\(path): what was written is not read")
                }
            case .mapping(let mapping):
                if case .mapping(let read) = Item(parsing: mapping.encoded(at: .epoch), at: path) {
                    #expect(read.policies == mapping.policies)
                } else {
                    Issue.record("\(path): what was written is not read")
                }
            case .policy, .format: break
            case .unreadable: #expect(index.unreadable[path] != nil)
            }
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func mutatedJournalsAreReadOrRefused(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let journal = Journal(Self.seeds.map { FileChange(path: $0.0, bytes: Array($0.1.utf8)) })
        for _ in 0..<300 {
            let bytes = mutated(journal.encoded, using: &random)
            // A refusal is as good as any list of paths that are ours.
            guard let read = try? Journal(parsing: bytes) else { continue }
            #expect(!read.files.contains { $0.path == .journal })
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func mutatedPathsNameWhatTheySay(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let (item, _) = Self.seeds[Int.random(in: 0..<Self.seeds.count, using: &random)]
            let path = String(decoding: mutated(Array(item.path.utf8), using: &random), as: UTF8.self)
            guard let read = ItemPath(path) else { continue }
            #expect(read.path.utf8.elementsEqual(path.utf8))
        }
    }

    private func mutated(_ bytes: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(UInt8(ascii: "\""), at: index)
            case 3: bytes.removeSubrange(index...)
            default:
                let other = Int.random(in: 0..<bytes.count, using: &random)
                bytes.insert(contentsOf: bytes[min(index, other)..<max(index, other)], at: index)
            }
        }
        return bytes
    }
}
