import Foundation
import JSON
import Policy
import Testing

/// The fixtures folder: beside the repository, or where `MARTLET_FIXTURES` says.
private enum Fixtures {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["MARTLET_FIXTURES"] {
            return URL(fileURLWithPath: path, isDirectory: true)
        }
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        // A worktree lies one folder deeper than the repository.
        let candidates = [root, root.deletingLastPathComponent()].map {
            $0.deletingLastPathComponent().appendingPathComponent("shared/fixtures", isDirectory: true)
        }
        return candidates.first { FileManager.default.fileExists(atPath: $0.path) } ?? candidates[0]
    }()

    static var exist: Bool { FileManager.default.fileExists(atPath: folder.path) }

    static let absence = "needs the folder shared/fixtures beside the repository, or MARTLET_FIXTURES"

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(path)))
    }
}

/// Policies as MinIO wrote them.
@Suite(.enabled(if: Fixtures.exist, "\(Fixtures.absence)")) struct StoredPolicyTests {
    /// An export's policies have the names and the meaning of ours: every known action is granted by both or
    /// by neither.
    @Test(arguments: ["myminio-iam-info", "myminio-iam-info-openid"])
    func exportedPoliciesMeanWhatOursMean(export: String) throws {
        let bytes = try Fixtures.bytes("minio-captures/\(export)/iam-assets/policies.json")
        let policies = try #require(try JSONValue(parsing: bytes).object)
        #expect(policies.count >= CannedPolicy.allCases.count)
        for member in policies.members {
            let text = member.value.encoded
            let document = try PolicyDocument(parsing: text, as: .identity)
            #expect(document.canonicalText == text)
            #expect(try PolicyDocument(parsing: text, as: .identity, from: .stored).canonicalText == text)
            guard let canned = CannedPolicy(rawValue: member.key) else { continue }
            for name in PolicyAction.knownNames {
                for resource in [PolicyResource.server, .named("arn:aws:s3:::b"), .named("arn:aws:s3:::b/k")]
                {
                    #expect(
                        allows(document, name, resource) == allows(canned.document, name, resource),
                        "\(member.key) \(name) \(resource)"
                    )
                }
            }
        }
    }

    @Test func aBucketsStoredPolicyIsAcceptedAsNew() throws {
        let expected = try JSONValue(parsing: Fixtures.bytes("expected/bucket_metadata.json"))
        let text = try #require(expected["fields"]?["PolicyConfigJSON"]?.string)
        let document = try PolicyDocument(parsing: text.utf8, as: .bucket("interop"))
        #expect(document.isPublic)
        #expect(document.canonicalText == Array(text.utf8))
        let layers = PolicyLayers(bucketPolicy: document, bucketOwner: Callers.canonicalID)
        let get = request(on: "arn:aws:s3:::interop/k", by: .anonymous)
        let list = request("s3:ListBucket", on: "arn:aws:s3:::interop", by: .anonymous)
        let put = request("s3:PutObject", on: "arn:aws:s3:::interop/k", by: .anonymous)
        #expect(layers.decide(get, in: EmptyContext()).isAllowed)
        #expect(layers.decide(list, in: EmptyContext()).isAllowed)
        #expect(!layers.decide(put, in: EmptyContext()).isAllowed)
    }
}
