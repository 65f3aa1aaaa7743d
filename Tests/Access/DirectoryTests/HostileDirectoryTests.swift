import Base
import Directory
import Telemetry
import TestSupport
import Testing

private func settings(_ server: ScriptedServer, _ changes: [String: String?] = [:]) throws
    -> DirectorySettings
{
    var values = [
        "server_addr": "127.0.0.1:\(server.port)", "server_insecure": "on", "lookup_bind_dn": "cn=reader",
        "lookup_bind_password": "pw", "user_dn_search_base_dn": "dc=x", "user_dn_search_filter": "(uid=%s)",
    ]
    for (name, value) in changes { values[name] = value }
    return try #require(try DirectorySettings(values: values))
}

private func failure(
    _ server: ScriptedServer,
    _ changes: [String: String?] = [:],
    timeout: Duration = .seconds(5)
) async throws -> DirectoryError? {
    var settings = try settings(server, changes)
    settings.timeout = timeout
    settings.connectTimeout = timeout
    do throws(DirectoryError) {
        _ = try await Directory(settings).authenticate("ann", password: Secret("pw"))
        return nil
    } catch {
        return error
    }
}

/// An LDAP message (RFC 4511 §4.1.1) around `operation`, for request number `id`.
private func message(_ id: UInt8, _ operation: [UInt8]) -> [UInt8] {
    [0x30, UInt8(operation.count + 3), 0x02, 0x01, id] + operation
}

private func result(_ tag: UInt8, _ code: UInt8) -> [UInt8] { [tag, 7, 0x0a, 1, code, 4, 0, 4, 0] }
private let bound = result(0x61, 0)
private let searched = result(0x65, 0)

/// An entry with that name and no attributes.
private func entry(_ name: String) -> [UInt8] {
    [0x64, UInt8(name.utf8.count + 4), 0x04, UInt8(name.utf8.count)] + Array(name.utf8) + [0x30, 0]
}

/// Answers one request after another, each with the next of `answers`; then waits for the end.
private func server(_ answers: [[UInt8]]) throws -> ScriptedServer {
    try ScriptedServer { connection in
        for answer in answers {
            // Every request here fits into the short form of lengths.
            guard let size = connection.read(2).last, connection.read(Int(size)).count == Int(size) else {
                return
            }
            guard connection.send(answer) else { return }
        }
        connection.waitForEnd()
    }
}

@Suite struct HostileDirectoryTests {
    @Test func theConversationOfTheseTestsIsAGoodOne() async throws {
        let answers = [
            message(1, bound), message(2, entry("uid=ann,dc=x")) + message(2, searched), message(3, bound),
            message(4, bound),
        ]
        #expect(try await failure(server(answers)) == nil)
    }

    @Test(
        "plain, TLS, StartTLS",
        .timeLimit(.minutes(1)),
        arguments: ["server_insecure", "", "server_starttls"]
    )
    func silence(setting: String) async throws {
        let server = try ScriptedServer { $0.waitForEnd() }
        var changes: [String: String?] = ["server_insecure": nil]
        if !setting.isEmpty { changes[setting] = "on" }
        let error = try await failure(server, changes, timeout: .milliseconds(300))
        switch error {
        case .unavailable(.timedOut), .unavailable(.unreachable): break
        case let error: Issue.record("\(String(describing: error))")
        }
    }

    @Test func aCancelledRequestEnds() async throws {
        let (isAsked, asked) = AsyncStream.makeStream(of: Void.self)
        let server = try ScriptedServer { connection in
            _ = connection.read(1)
            asked.yield()
            connection.waitForEnd()
        }
        var settings = try settings(server)
        settings.timeout = .seconds(60)
        let directory = Directory(settings)
        let task = Task { try await directory.lookup("ann") }
        var questions = isAsked.makeAsyncIterator()
        await questions.next()
        task.cancel()
        await #expect(throws: DirectoryError.unavailable(.cancelled)) { try await task.value }
    }

    /// A referral would take the password to another server.
    @Test func aReferralIsNotFollowed() async throws {
        let other = try ScriptedServer { $0.waitForEnd() }
        let url = Array("ldap://127.0.0.1:\(other.port)/dc=x".utf8)
        let referral: [UInt8] = [0xa3, UInt8(url.count + 2), 0x04, UInt8(url.count)] + url
        let operation: [UInt8] = [0x65, UInt8(7 + referral.count), 0x0a, 1, 10, 4, 0, 4, 0] + referral
        let error = try await failure(server([message(1, bound), message(2, operation)]))
        guard case .unavailable(.failed(.searchUser, code: 10, _)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let reference: [UInt8] = [0x73, UInt8(url.count + 2), 0x04, UInt8(url.count)] + url
        #expect(
            try await failure(server([message(1, bound), message(2, reference) + message(2, searched)]))
                == .refused(.userNotFound)
        )
        #expect(other.connectionCount == 0)
    }

    @Test func entriesWithoutEndAreCounted() async throws {
        let many = (0..<50).flatMap { message(2, entry("uid=\($0)")) } + message(2, searched)
        #expect(try await failure(server([message(1, bound), many])) == .refused(.ambiguousUser(count: 2)))
    }

    @Test func anEntryWithoutANameIsNobody() async throws {
        let nameless = message(2, entry("")) + message(2, searched)
        #expect(try await failure(server([message(1, bound), nameless])) == .refused(.userNotFound))
    }

    /// Lengths of up to four bytes: nothing of that size is there, and nothing of that size is allocated.
    @Test(
        arguments: [
            [0x30, 0x84, 0x7f, 0xff, 0xff, 0xff], [0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            [0x30, 0x83, 0x10, 0x00, 0x01],
            [0x30, 0x80], [0x30, 0x88, 1, 2, 3, 4, 5, 6, 7, 8], [0xff, 0xff, 0xff], [0x30, 0x00],
            Array("HTTP/1.1 400\r\n".utf8),
        ] as [[UInt8]]
    )
    func garbage(answer: [UInt8]) async throws {
        let server = try ScriptedServer { connection in
            _ = connection.read(2)
            connection.send(answer)
        }
        guard case .unavailable = try await failure(server, timeout: .seconds(1)) else {
            Issue.record("believed")
            return
        }
    }

    @Test("mutated answers", arguments: 0..<32 as Range<UInt64>) func mutations(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let answers = [
            message(1, bound), message(2, entry("uid=ann,dc=x")) + message(2, searched),
            message(3, result(0x61, 49)),
        ]
        for _ in 0..<4 {
            let index = Int.random(in: answers.indices, using: &generator)
            var mutation = answers
            mutation[index] = mutated(answers[index], using: &generator)
            // With this password nobody comes in unless the code in the last answer is changed.
            let error = try await failure(server(mutation), timeout: .milliseconds(100))
            #expect(error != nil || index == 2)
        }
    }
}
