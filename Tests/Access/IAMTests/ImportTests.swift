import Base
import Foundation
import JSON
import Policy
import Testing

@testable import IAM

/// Sample data of MinIO's, read where it lies.
private let captures: URL = {
    let environment = ProcessInfo.processInfo.environment["MARTLET_FIXTURES"]
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    let beside = [root, root.deletingLastPathComponent()].map { $0.appending(path: "../shared/fixtures") }
    let candidates = environment.map { [URL(filePath: $0)] } ?? beside
    let found = candidates.first { FileManager.default.fileExists(atPath: $0.path) } ?? candidates[0]
    return found.appending(path: "minio-captures")
}()

private let hasCaptures = FileManager.default.fileExists(atPath: captures.path)

@Suite struct ImportTests {
    private func export(_ folder: String) throws -> IAMExport {
        var export = IAMExport()
        for (path, _) in export.files {
            let data = try Data(contentsOf: captures.appending(path: folder).appending(path: path))
            export.insert(try #require(try JSONValue(parsing: Array(data)).object), path: path)
        }
        return export
    }

    @Test(.enabled(if: hasCaptures, "the fixtures folder is not there"))
    func aDirectorysServiceAccountsAreImported() async throws {
        let iam = try await makeIAM(MemoryStorage())
        let export = try export("myminio-iam-info")
        let report = try await iam.importAll(export)
        #expect(report.failed == [])
        #expect(report.skipped.map(\.name).sorted() == CannedPolicy.allCases.map(\.rawValue).sorted())
        let account = try iam.identity(of: "dillon-svcacct-1")
        #expect(account.policies.map(\.name) == ["consoleAdmin"])
        #expect(account.userName == "uid=dillon,ou=people,ou=swengg,dc=min,dc=io")
        #expect(account.groups.count == 2)
        let context = IdentityContext(identity: .signed(account), request: EmptyContext())
        #expect(context.values(of: "ldap:username") == ["dillon"])
        let again = try iam.exportAll()
        for member in export.serviceAccounts.members {
            #expect(again.serviceAccounts[member.key]?.object == member.value.object)
        }
    }

    @Test(.enabled(if: hasCaptures, "the fixtures folder is not there"))
    func aProvidersServiceAccountsAreImported() async throws {
        let iam = try await makeIAM(MemoryStorage())
        let report = try await iam.importAll(export("myminio-iam-info-openid"))
        let role = "arn:minio:iam:::role/nOybJqMNzNmroqEKq5D0EUsRZw0"
        #expect(try iam.identity(of: "dillon-service-2").policies.isEmpty)
        iam.setRoles([role: ["readonly"]])
        #expect(try iam.identity(of: "dillon-service-2").policies.map(\.name) == ["readonly"])
        // Its claims name nobody outside, and nobody here has its parent's name.
        #expect(report.failed.map(\.name) == ["dillon-svcacct-1"])
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func mutatedExportsAreTakenOrRefused(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let source = try await makeIAM(MemoryStorage(MinIOFiles.all))
        let export = try source.exportAll()
        for _ in 0..<20 {
            var mutated = IAMExport()
            for (path, content) in export.files {
                var bytes = JSONValue.object(content).encoded
                let index = Int.random(in: 0..<bytes.count, using: &random)
                bytes[index] = Bool.random(using: &random) ? UInt8(ascii: "0") : UInt8(ascii: "\"")
                // What is no JSON does not get this far.
                guard let object = try? JSONValue(parsing: bytes).object else { continue }
                mutated.insert(object, path: path)
            }
            let storage = MemoryStorage()
            let iam = try await makeIAM(storage)
            _ = try await iam.importAll(mutated)
            // Whatever was taken can be read again.
            #expect(try await unloadedIAM(storage).load().unreadable == [])
        }
    }
}
