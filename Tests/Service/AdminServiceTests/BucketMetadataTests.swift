import Base
import JSON
import TestSupport
import Testing
import Zip

@testable import AdminService

@Suite struct BucketMetadataTests {
    private static func archive(_ files: [(String, String)]) -> [UInt8] {
        var writer = ZipWriter()
        for (name, text) in files { writer.add(name, Array(text.utf8)) }
        return writer.finish()
    }

    private func report(_ server: TestServer, _ files: [(String, String)], query: String = "") async throws
        -> JSONValue
    {
        let response = try await server.answer("PUT import-bucket-metadata\(query)", Self.archive(files))
        return try #require(try JSONValue(parsing: response.body)["buckets"])
    }

    @Test(arguments: [
        ("", ["docs/policy.json"]), ("?bucket=docs", ["docs/policy.json"]), ("?bucket=logs", []),
    ])
    func whatBucketsHaveIsExported(query: String, files: [String]) async throws {
        let response = try await TestServer().answer("GET export-bucket-metadata\(query)")
        #expect(response.headers.map(\.value) == ["application/zip"])
        let archive = try ZipArchive(parsing: response.body, entriesMax: 10)
        #expect(archive.entries.map(\.name) == files)
        if let entry = archive.entries.first {
            #expect(try archive.content(of: entry, sizeMax: 100) == Array("{}".utf8))
        }
    }

    @Test func aBucketThatIsNotThereIsNotExported() async throws {
        let error = try await TestServer().refusal("GET export-bucket-metadata?bucket=none")
        #expect(error?.code == "NoSuchBucket")
        #expect(error?.status == 404)
    }

    @Test func anExportIsImportedElsewhere() async throws {
        let server = try await TestServer()
        let export = try await server.answer("GET export-bucket-metadata").body
        let response = try await server.answer("PUT import-bucket-metadata", export)
        let docs = try #require(try JSONValue(parsing: response.body)["buckets"]?["docs"])
        #expect(docs["policy"] == ["isSet": .boolean(true)])
        #expect(docs["versioning"] == ["isSet": .boolean(false)])
        #expect(docs["error"] == nil)
        #expect(
            docs.object?.members.map(\.key) == [
                "policy", "notification", "lifecycle", "sse", "tagging", "quota", "olock", "versioning",
                "cors", "qos",
            ]
        )
    }

    @Test func whatCannotBeKeptIsToldByItsName() async throws {
        let server = try await TestServer()
        let report = try await report(
            server,
            [
                ("docs/policy.json", #"{"a":1}"#), ("docs/lifecycle.xml", "<x/>"),
                ("docs/replication.xml", "<x/>"),
                ("docs/future.json", "{}"), ("logs/policy.json", "no JSON"), ("stray", ""), ("a/b/c", ""),
                ("logs/", ""),
            ]
        )
        #expect(server.buckets.policy(of: "docs") == #"{"a":1}"#)
        #expect(report["docs"]?["policy"] == ["isSet": .boolean(true)])
        #expect(report["docs"]?["lifecycle"] == ["isSet": .boolean(true), "error": "not implemented"])
        #expect(
            report["docs"]?["error"] == "replication.xml: not implemented; future.json: not implemented"
        )
        #expect(report["logs"]?["policy"] == ["isSet": .boolean(true), "error": "no JSON"])
        #expect(server.buckets.policy(of: "logs") == nil)
        for name in ["stray", "a/b/c", "logs/"] { #expect(report[name]?["error"]?.string != nil, "\(name)") }
    }

    @Test func aMissingBucketIsMadeForWhatCanBeKept() async throws {
        let server = try await TestServer()
        let report = try await report(
            server,
            [
                ("new/policy.json", "{}"), ("empty/quota.json", "{}"), (".minio.sys/policy.json", "{}"),
                ("locked/object-lock.xml", "<x/>"), ("locked/policy.json", "{}"),
            ]
        )
        #expect(server.buckets.bucketNames() == ["docs", "logs", "new"])
        #expect(report["new"]?["error"] == nil)
        for name in ["empty", ".minio.sys", "locked"] {
            #expect(report[name]?["error"]?.string != nil, "\(name)")
        }
        #expect(report["locked"]?["policy"] == ["isSet": .boolean(false)])
    }

    @Test func onlyTheNamedBucketIsTakenIn() async throws {
        let server = try await TestServer()
        let report = try await report(
            server,
            [("docs/policy.json", "1"), ("logs/policy.json", "2")],
            query: "?bucket=logs"
        )
        #expect(report.object?.members.map(\.key) == ["logs"])
        #expect(server.buckets.policy(of: "docs") == "{}")
        #expect(server.buckets.policy(of: "logs") == "2")
    }

    /// Of two files with one name readers would pick different ones.
    @Test func anArchiveWithOneNameTwiceIsRefusedAsAWhole() async throws {
        let server = try await TestServer()
        let archive = Self.archive([("docs/policy.json", "1"), ("docs/policy.json", "2")])
        do throws(AdminError) {
            _ = try await server.answer("PUT import-bucket-metadata", archive)
            Issue.record("it was taken")
        } catch {
            #expect(error.code == "InvalidRequest")
        }
        #expect(server.buckets.policy(of: "docs") == "{}")
    }

    @Test(arguments: [99, 100, 101, 1 << 20])
    func aFileLargerThanItsSettingMayBeIsNotUnpacked(size: Int) async throws {
        let server = try await TestServer()
        let text = "\"" + String(repeating: "a", count: size - 2) + "\""
        let report = try await report(server, [("docs/policy.json", text)])
        #expect((report["docs"]?["policy"]?["error"] == nil) == (size <= 100))
        #expect((server.buckets.policy(of: "docs") == text) == (size <= 100))
    }

    @Test func ofTenThousandFilesOneMoreIsTooMany() async throws {
        let files = (0...10_000).map { ("bucket-\($0)/future.json", "") }
        for (count, isTaken) in [(10_000, true), (10_001, false)] {
            let server = try await TestServer()
            let archive = Self.archive(Array(files.prefix(count)))
            do throws(AdminError) {
                _ = try await server.answer("PUT import-bucket-metadata", archive)
                #expect(isTaken)
            } catch {
                #expect(!isTaken)
                #expect(error.code == "InvalidRequest")
            }
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func brokenArchivesAreRefused(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let server = try await TestServer()
        let archive = Self.archive([
            ("docs/policy.json", "{}"), ("docs/tagging.xml", "<Tagging/>"),
            ("logs/policy.json", "{\"a\":[1,2,3]}"),
        ])
        for _ in 0..<100 {
            do throws(AdminError) {
                _ = try await server.answer("PUT import-bucket-metadata", mutated(archive, using: &generator))
            } catch {
                #expect(error.code == "InvalidRequest")
            }
        }
        for name in server.buckets.bucketNames() {
            guard let policy = server.buckets.policy(of: name) else { continue }
            #expect(throws: Never.self) { try JSONValue(parsing: Array(policy.utf8)) }
        }
    }
}
