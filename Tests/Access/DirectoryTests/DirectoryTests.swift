import Directory
import Posix
import Telemetry
import TestSupport
import Testing

@Suite(.enabled(if: Slapd.isInstalled, "\(Slapd.absence)")) struct DirectoryTests {
    @Test func whoHasThePasswordIsTheUser() async throws {
        let slapd = try Slapd()
        let directory = Directory(try slapd.settings())
        let ann = try await directory.authenticate("ann", password: Secret("ann's"))
        #expect(ann.dn == "cn=Ann,ou=people,dc=example,dc=org")
        #expect(ann.actualDN == ann.dn)
        #expect(
            ann.groups == ["cn=Dev,ou=groups,dc=example,dc=org", "cn=ops,ou=groups,dc=example,dc=org"]
        )
        #expect(try await directory.lookup("ann") == ann)
        #expect(try await directory.lookup("ANN").dn == ann.dn)
    }

    @Test(arguments: [
        ("CN=ANN,OU=People,DC=Example,DC=org", "cn=Ann,ou=people,dc=example,dc=org"),
        ("cn=dev,ou=groups,dc=example,dc=org", "cn=Dev,ou=groups,dc=example,dc=org"),
        (#"cn=bo\2c jr. (x*),ou=people,dc=example,dc=org"#, #"cn=Bo\, Jr. (x*),ou=people,dc=example,dc=org"#),
        (#"cn=j\c3\b6rg,ou=people,dc=example,dc=org"#, #"cn=J\c3\b6rg,ou=people,dc=example,dc=org"#),
        ("cn=none,ou=people,dc=example,dc=org", nil), ("cn=Ann,dc=elsewhere", nil), ("nonsense=1", nil),
        ("ann", nil), ("", nil),
    ])
    func anEntryHasTheNameThatTheDirectoryGivesIt(dn: String, name: String?) async throws {
        let slapd = try Slapd()
        #expect(try await Directory(slapd.settings()).entry(dn) == name)
    }

    @Test func namesThatMeanSomethingInAFilter() async throws {
        let slapd = try Slapd()
        let directory = Directory(try slapd.settings())
        let bo = try await directory.authenticate("bo", password: Secret("bo's"))
        #expect(bo.dn == #"cn=Bo\, Jr. (x*),ou=people,dc=example,dc=org"#)
        #expect(bo.groups == ["cn=Dev,ou=groups,dc=example,dc=org"])
        let joerg = try await directory.authenticate("jörg", password: Secret("pw"))
        #expect(joerg.dn == #"cn=J\c3\b6rg,ou=people,dc=example,dc=org"#)
        #expect(joerg.groups == [])
        for user in ["*", "a*", "ann)(uid=*", "bo)(|(uid=*", "ann\u{0}", #"\2a"#, "%s"] {
            await #expect(throws: DirectoryError.refused(.userNotFound), "\(user)") {
                try await directory.lookup(user)
            }
        }
    }

    @Test func everybodyElseIsRefused() async throws {
        let slapd = try Slapd()
        let directory = Directory(try slapd.settings())
        for (user, password, refusal) in [
            ("ann", "bo's", DirectoryError.Refusal.wrongPassword), ("ann", "ANN'S", .wrongPassword),
            ("ann", "ann's\u{0}", .wrongPassword), ("nobody", "x", .wrongPassword),
            ("eve", "x", .userNotFound),
            ("reader", "reader's", .userNotFound), ("", "x", .malformedUser),
            (String(repeating: "a", count: 512), "x", .userNotFound),
            (String(repeating: "a", count: 513), "x", .malformedUser),
        ] {
            await #expect(throws: DirectoryError.refused(refusal), "\(user)") {
                try await directory.authenticate(user, password: Secret(password))
            }
        }
    }

    /// This slapd says yes to a name without a password; that nobody comes in is our doing.
    @Test func anEmptyPasswordIsRefused() async throws {
        let slapd = try Slapd()
        await #expect(throws: DirectoryError.refused(.emptyPassword)) {
            try await Directory(slapd.settings()).authenticate("ann", password: Secret(""))
        }
    }

    @Test func severalBasesAreSearched() async throws {
        let slapd = try Slapd()
        let both = "ou=guests,dc=example,dc=org;ou=people,dc=example,dc=org"
        let directory = Directory(try slapd.settings(["user_dn_search_base_dn": both]))
        #expect(try await directory.lookup("ann").groups.count == 2)
        await #expect(throws: DirectoryError.refused(.ambiguousUser(count: 2))) {
            try await directory.lookup("twin")
        }
        // One entry, found twice.
        let nested = "dc=example,dc=org;ou=people,dc=example,dc=org"
        #expect(
            try await Directory(slapd.settings(["user_dn_search_base_dn": nested])).lookup("ann").groups.count
                == 2
        )
        let missing = "ou=nowhere,dc=example,dc=org;ou=people,dc=example,dc=org"
        #expect(
            try await Directory(slapd.settings(["user_dn_search_base_dn": missing])).lookup("twin").groups
                == ["cn=other,ou=groups,dc=example,dc=org"]
        )
    }

    @Test func groupsMayBeFoundByTheUsersName() async throws {
        let slapd = try Slapd()
        let settings = try slapd.settings(["group_search_filter": "(cn=%s)"])
        #expect(try await Directory(settings).lookup("ann").groups == [])
        let without = try slapd.settings(["group_search_filter": nil, "group_search_base_dn": nil])
        #expect(try await Directory(without).lookup("ann").groups == [])
        var few = try slapd.settings()
        few.groupCountMax = 2
        #expect(try await Directory(few).lookup("ann").groups.count == 2)
        few.groupCountMax = 1
        await #expect(throws: DirectoryError.unavailable(.tooManyGroups(countMax: 1))) {
            try await Directory(few).lookup("ann")
        }
    }

    @Test func aWrongLookupAccountIsNotTheUsersFault() async throws {
        let slapd = try Slapd()
        let settings = try slapd.settings(["lookup_bind_password": "wrong"])
        await #expect(throws: DirectoryError.unavailable(.lookupBindRefused(code: 49))) {
            try await Directory(settings).authenticate("ann", password: Secret("ann's"))
        }
    }

    @Test("TLS and StartTLS", arguments: [true, false]) func protection(isStartTLS: Bool) async throws {
        let slapd = try Slapd()
        func directory(_ host: String, trusting: Bool, _ changes: [String: String?] = [:]) throws -> Directory
        {
            var changes = changes.merging(["server_insecure": nil]) { $1 }
            changes["server_addr"] = "\(host):\(isStartTLS ? slapd.port : slapd.tlsPort)"
            if isStartTLS { changes["server_starttls"] = "on" }
            var settings = try slapd.settings(changes)
            settings.authoritiesPath = trusting ? slapd.certificatePath : nil
            return Directory(settings)
        }
        let password = Secret("ann's")
        #expect(
            try await directory("127.0.0.1", trusting: true).authenticate("ann", password: password).groups
                .count == 2
        )
        #expect(
            try await directory("127.0.0.1", trusting: false, ["tls_skip_verify": "on"])
                .authenticate("ann", password: password).groups.count == 2
        )
        // Of nobody that is trusted; for another name.
        for (host, trusting) in [("127.0.0.1", false), ("127.0.0.2", true)] {
            do throws(DirectoryError) {
                let directory = try? directory(host, trusting: trusting)
                _ = try await directory?.authenticate("ann", password: password)
                Issue.record("accepted \(host) \(trusting)")
            } catch {
                switch error {
                case .unavailable(.unreachable), .unavailable(.failed(.startTLS, _, _)): break
                case .refused, .unavailable: Issue.record("\(error)")
                }
            }
        }
    }

    @Test func manyAtOnce() async throws {
        let slapd = try Slapd()
        let directory = Directory(try slapd.settings())
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<32 {
                group.addTask {
                    try await directory.authenticate("ann", password: Secret("ann's")).groups.count
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == Array(repeating: 2, count: 32))
    }

    @Test func aDirectoryThatIsStartedLaterIsFound() async throws {
        let port = try ScriptedServer { _ in }.port
        let slapd = try Slapd()
        let gone = Directory(try slapd.settings(["server_addr": "127.0.0.1:\(port)"]))
        let error = DirectoryError.unavailable(
            .unreachable(server: "ldap://127.0.0.1:\(port)", reason: "Can't contact LDAP server")
        )
        await #expect(throws: error) { try await gone.lookup("ann") }
        #expect(try await Directory(slapd.settings()).lookup("ann").groups.count == 2)
    }
}
