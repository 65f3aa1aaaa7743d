import Directory
import Testing

@testable import Server

@Suite struct DirectoryAccountsTests {
    private func accounts(users: String = "ou=People,dc=example;ou=staff,dc=example") throws
        -> DirectoryAccounts
    {
        let settings = try #require(
            try DirectorySettings(values: [
                "server_addr": "127.0.0.1:1", "lookup_bind_dn": "cn=reader,dc=example",
                "lookup_bind_password": "secret", "user_dn_search_base_dn": users,
                "user_dn_search_filter": "(uid=%s)", "group_search_base_dn": "ou=groups,dc=example",
                "group_search_filter": "(member=%d)",
            ])
        )
        return DirectoryAccounts(Directory(settings), settings)
    }

    @Test(arguments: [
        ("UID=Ann , ou=people,dc=example", "uid=Ann,ou=people,dc=example"), ("ann", nil), ("", nil),
        ("=x", nil),
        ("cn=a\\2cb", "cn=a\\,b"),
    ])
    func namesAreOnesThatAreStored(text: String, name: String?) throws {
        #expect(try accounts().normalised(text) == name)
    }

    @Test(arguments: [
        ("uid=ann,ou=people,dc=example", true, false), ("uid=ann,ou=x,ou=STAFF,DC=Example", true, false),
        ("ou=people,dc=example", false, false), ("uid=ann,ou=people2,dc=example", false, false),
        ("uid=ann,ou=people", false, false), ("cn=all,ou=groups,dc=example", false, true),
        ("ann", false, false),
    ])
    func whoIsBelowTheBasesIsOfTheDirectory(name: String, isUser: Bool, isGroup: Bool) throws {
        #expect(try accounts().isUser(name) == isUser)
        #expect(try accounts().isGroup(name) == isGroup)
    }
}
