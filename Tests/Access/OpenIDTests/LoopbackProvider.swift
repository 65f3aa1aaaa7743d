import Base
import HTTPClient
import JSON
import OpenID
import TestSupport

/// A provider on loopback whose documents a test changes while it runs.
final class LoopbackProvider: Sendable {
    struct State {
        var keys: [JSONValue]
        /// In place of the right document.
        var document: String?
        var documentChanges: [String: JSONValue] = [:]
        var keySet: String?
        var userInfo: String?
        var status = 200
        /// A target is answered with a redirect there.
        var redirects: [String: String] = [:]
        var accessTokens: [String] = []
        /// How often each target was asked.
        var counts: [String: Int] = [:]
        /// Answers wait while this is so.
        var isHeld = false
    }

    let state: Locked<State>
    let server: ScriptedServer

    init(keys: [SigningKey]) throws {
        let state = Locked(State(keys: keys.map { $0.published }))
        self.state = state
        server = try ScriptedServer { connection in
            let head = connection.head()
            let lines = head.split(separator: "\r\n").map { String($0) }
            let target = head.split(separator: " ").dropFirst().first.map { String($0) } ?? ""
            func value(_ name: String) -> String? {
                lines.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
            }
            let origin = "http://" + (value("Host") ?? "")
            state.withLock { state in
                state.counts[target, default: 0] += 1
                if let token = value("Authorization") { state.accessTokens.append(token) }
            }
            // A test's own gate: polled, because the condition is somebody else's to change.
            while state.withLock({ $0.isHeld }) { pause() }
            let (status, body, headers) = state.withLock { Self.answer(target, origin, $0) }
            connection.answer(status, body, headers: headers)
        }
    }

    private static func answer(
        _ target: String,
        _ origin: String,
        _ state: State
    ) -> (Int, String, [String]) {
        if let location = state.redirects[target] { return (302, "", ["Location: \(location)"]) }
        guard state.status == 200 else { return (state.status, "", []) }
        switch target {
        case "/.well-known/openid-configuration": return (200, state.document ?? document(origin, state), [])
        case "/keys":
            let keys: JSONValue = ["keys": .array(state.keys)]
            return (200, state.keySet ?? String(decoding: keys.encoded, as: UTF8.self), [])
        case "/userinfo": return state.userInfo.map { (200, $0, []) } ?? (401, "", [])
        default: return (404, "", [])
        }
    }

    private static func document(_ origin: String, _ state: State) -> String {
        var document = JSONObject()
        document["issuer"] = .string(origin)
        document["jwks_uri"] = .string(origin + "/keys")
        document["userinfo_endpoint"] = .string(origin + "/userinfo")
        for (name, value) in state.documentChanges { document[name] = value }
        return String(decoding: JSONValue.object(document).encoded, as: UTF8.self)
    }

    var issuer: String { server.origin }
    var configURL: String { issuer + "/.well-known/openid-configuration" }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
    func count(of target: String) -> Int { state.withLock { $0.counts[target] ?? 0 } }
    var keyQuestionCount: Int { count(of: "/keys") }

    func settings(_ changes: [String: String] = [:]) throws -> ProviderSettings {
        let values = ["config_url": configURL, "client_id": "martlet"].merging(changes) { $1 }
        guard let settings = try ProviderSettings(target: "_", values: values) else {
            throw SettingsAreOff()
        }
        return settings
    }

    private struct SettingsAreOff: Error {}

    /// What a good token says; a `nil` takes a claim out.
    func claims(_ changes: [String: JSONValue?] = [:]) -> JSONObject {
        var claims = JSONObject()
        claims["iss"] = .string(issuer)
        claims["sub"] = "ann"
        claims["aud"] = "martlet"
        claims["exp"] = .integer(1_750_003_600)
        claims["iat"] = .integer(1_750_000_000)
        claims["policy"] = "readwrite"
        for (name, value) in changes { claims[name] = value }
        return claims
    }
}
