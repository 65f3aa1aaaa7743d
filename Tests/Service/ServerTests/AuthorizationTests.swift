import Base
import Cryptography
import Engine
import IAM
import ObjectOperations
import S3API
import S3Service
import Server
import ServiceTestSupport
import TestSupport
import Testing

/// Every operation of the table against the reference, on paper and over HTTP. An operation that has no entry there
/// fails here.
@Suite struct AuthorizationTests {
    private static let table = OperationTable(ServerProgram.operations)

    @Test func theReferenceKnowsEveryOperation() {
        let known = Set(authorizationReference.map(\.operation))
        for operation in Self.table.operations {
            #expect(
                known.contains(operation.name),
                "\(operation.name) is not in AuthorizationReference.swift"
            )
        }
        #expect(known.isSubset(of: Self.table.operations.map { $0.name }))
    }

    @Test(arguments: authorizationReference)
    func anOperationAsksForWhatTheReferenceNames(entry: ReferenceEntry) throws {
        let (operation, rights) = try Self.derived(entry)
        #expect(operation.name == entry.operation)
        #expect(
            rights.map { "\($0.action.name) \($0.resource.arn.dropFirst("arn:aws:s3:::".count))" }
                == entry.rights
        )
    }

    private static func derived(
        _ entry: ReferenceEntry
    ) throws -> (operation: any S3Operation.Type, rights: [Right]) {
        let body = entry.body.map {
            ["Content-Length: \($0.utf8.count)", "Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg=="]
        }
        var request = try request(entry.method, entry.target, entry.fields + (body ?? []))
        let operation = try table.operation(for: request)
        if operation.route.needsForm {
            // As the server does once it has read the fields.
            request = try request.carrying(TestForm.form(of: entry.body ?? ""))
        }
        let parsed = try operation.init(parsing: request)
        guard let deletions = parsed as? DeleteObjects else { return (operation, parsed.rights.all) }
        // Those of the key in the body.
        let document = try DeleteRequest(parsing: Array((entry.body ?? "").utf8))
        let element = try #require(document.objects.first)
        return (operation, try deletions.rights(of: element).all)
    }

    // MARK: over HTTP

    private func send(
        _ entry: ReferenceEntry,
        to server: TestServer,
        as user: String?
    ) throws -> LoopbackClient.Answer {
        if entry.operation == "PostObject" {
            let form = try TestForm.form(of: entry.body ?? "")
            let fields = form.fields.map { ($0.name, $0.value) }
            return try server.post(TestForm(fields, file: "text"), to: entry.target, as: user)
        }
        let fields = entry.fields.map { field in
            let parts = field.split(separator: ":", maxSplits: 1)
            return (name: String(parts[0]), value: String(parts[1].dropFirst()))
        }
        let digest = entry.body.map { body in
            [(name: "Content-MD5", value: Base64.standard.encode(MD5.hash(Array(body.utf8))))]
        }
        return try server.send(
            entry.method,
            entry.target,
            fields + (digest ?? []),
            body: entry.body,
            as: user
        )
    }

    private func statement(_ rights: [Right]) -> String {
        let statements = rights.map {
            #"{"Effect":"Allow","Action":"\#($0.action.name)","Resource":"\#($0.resource.arn)"}"#
        }
        return #"{"Version":"2012-10-17","Statement":[\#(statements.joined(separator: ","))]}"#
    }

    private func everything(but right: Right) -> String {
        #"""
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":"\#(right.action.name)",
        "Resource":"arn:aws:s3:::*"}]}
        """#
    }

    private func isDenied(_ answer: LoopbackClient.Answer, _ entry: ReferenceEntry) -> Bool {
        answer.status == 403 && (entry.method == "HEAD" || answer.text.contains("<Code>AccessDenied</Code>"))
    }

    /// To somebody known who lacks a right. S3 denies each key of DeleteObjects by itself.
    private func isDeniedToSigned(_ answer: LoopbackClient.Answer, _ entry: ReferenceEntry) -> Bool {
        guard entry.operation == "DeleteObjects" else { return isDenied(answer, entry) }
        return answer.status == 200 && !answer.text.contains("<Deleted>")
            && answer.text.contains("<Error><Key>gone</Key>")
            && answer.text.contains("<Code>AccessDenied</Code>")
    }

    @Test(.timeLimit(.minutes(2)))
    func everyRequestIsDeniedWithoutAnyOneOfItsRightsAndAllowedWithExactlyThem() async throws {
        try await withServer { server in
            for bucket in ["bucket", "source", "open"] { try await server.engine.makeBucket(bucket) }
            #expect(try server.send("PUT", "/bucket/key", body: "text", as: "owner").status == 200)
            #expect(try server.send("PUT", "/source/original", body: "text", as: "owner").status == 200)
            for entry in authorizationReference {
                let (operation, rights) = try Self.derived(entry)
                #expect(isDenied(try send(entry, to: server, as: nil), entry), "unsigned: \(entry)")

                try server.users.set("walker")
                #expect(
                    isDeniedToSigned(try send(entry, to: server, as: "walker"), entry),
                    "no policy: \(entry)"
                )

                for index in rights.indices {
                    var others = rights
                    let missing = others.remove(at: index)
                    try server.users.set("walker", policies: others.isEmpty ? [] : [statement(others)])
                    let answer = try send(entry, to: server, as: "walker")
                    #expect(isDeniedToSigned(answer, entry), "without \(missing.action.name): \(entry)")
                    // Which shows what other rights let it.
                    guard !operation.narrowsWithoutRights else { continue }
                    try server.users.set("walker", policies: [everything(but: missing)])
                    let denied = try send(entry, to: server, as: "walker")
                    #expect(isDeniedToSigned(denied, entry), "all but \(missing.action.name): \(entry)")
                }

                try server.users.set("walker", policies: [statement(rights)])
                let answer = try send(entry, to: server, as: "walker")
                #expect(
                    answer.status != 403 && !answer.text.contains("AccessDenied"),
                    "\(entry): \(answer.head)"
                )
            }
        }
    }
}
