import JSON
import Testing
import Zip

@testable import martlet_bench

@Suite struct PopulationTests {
    private func objects(_ users: Population) throws -> [String: JSONObject] {
        let archive = try ZipArchive(parsing: users.archive, entriesMax: 64)
        var objects: [String: JSONObject] = [:]
        for entry in archive.entries {
            let content = try archive.content(of: entry, sizeMax: 1 << 24)
            let value = try JSONValue(parsing: content, sizeMax: 1 << 24)
            let object: JSONObject = try #require(value.object)
            objects[entry.name] = object
        }
        return objects
    }

    @Test(arguments: [1, 9, 10, 11, 250])
    func whatAnArchiveNamesIsInIt(userCount: Int) throws {
        let users = Population(prefix: "x", userCount: userCount, bucket: "b")
        let objects = try objects(users)
        func names(_ file: String) -> [String] {
            objects["iam-assets/\(file).json"]?.members.map(\.key) ?? []
        }
        #expect(names("users") == (0..<userCount).map { users.accessKey($0) })
        #expect(names("policies").count == users.policyCount)
        #expect(names("groups").count == users.groupCount)
        #expect(names("svcaccts").count == users.serviceAccountCount)
        #expect(names("user_mappings") == names("users"))
        #expect(names("group_mappings") == names("groups"))
        var members: [String] = []
        for group in objects["iam-assets/groups.json"]?.members ?? [] {
            members += group.value.object?["members"]?.array?.compactMap { $0.string } ?? []
        }
        #expect(members.sorted() == names("users").sorted(), "everybody is in one group")
        for number in 0..<userCount {
            let user = objects["iam-assets/users.json"]?[users.accessKey(number)]?.object
            #expect(user?["secretKey"]?.string == users.secret(number))
            let mapping = objects["iam-assets/user_mappings.json"]?[users.accessKey(number)]?.object
            #expect(names("policies").contains(mapping?["policy"]?.string ?? ""))
        }
    }
}
