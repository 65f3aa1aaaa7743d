import Base
import HTTPClient
import JOSE

/// A provider's keys, asked for when they are needed and kept for a while.
///
///     absent ──▶ fresh ──keysFreshFor──▶ stale ──keysAgeMax──▶ absent
///                  ▲                       │
///                  └──── asked again ◀─────┴── or: a token names a key that is not there
///
/// One question at a time, for everybody who waits; the next one not before ``OpenIDOptions/refetchIntervalMin``.
actor KeySource {
    /// What one question brought. A newer one replaces it as a whole, so a key that is withdrawn is gone.
    struct Snapshot: Sendable {
        let document: DiscoveryDocument
        let keys: JSONWebKeySet
        /// By the clock that never jumps, when the question was asked.
        let askedAt: Duration
    }

    private typealias Answer = Result<Snapshot, OpenIDError.Unavailability>

    private let settings: ProviderSettings
    private let client: HTTPClient
    private let options: OpenIDOptions
    private let time: any TimeSource

    private var snapshot: Snapshot?
    private var lastAskedAt: Duration?
    private var lastFailure: OpenIDError.Unavailability?
    private var question: Task<Answer, Never>?

    init(_ settings: ProviderSettings, client: HTTPClient, options: OpenIDOptions, time: any TimeSource) {
        (self.settings, self.client, self.options, self.time) = (settings, client, options, time)
    }

    /// Keys that are fresh, or stale ones while the provider does not answer.
    func current() async throws(OpenIDError.Unavailability) -> Snapshot {
        if let snapshot, age(of: snapshot) < options.keysFreshFor { return snapshot }
        let answer = await ask()
        switch answer {
        case .success(let snapshot): return snapshot
        case .failure(let reason):
            guard let snapshot, age(of: snapshot) < options.keysAgeMax else {
                self.snapshot = nil
                throw reason
            }
            return snapshot
        }
    }

    /// Keys asked for after `known` was; `nil` where there are none, or it is too early to ask again.
    func newer(than known: Snapshot) async -> Snapshot? {
        if let snapshot, snapshot.askedAt > known.askedAt { return snapshot }
        // Why the provider does not answer matters less than that the token is not good by what is known.
        guard case .success(let snapshot) = await ask(), snapshot.askedAt > known.askedAt else { return nil }
        return snapshot
    }

    private func age(of snapshot: Snapshot) -> Duration { time.elapsed - snapshot.askedAt }

    private func ask() async -> Answer {
        if let question { return await question.value }
        let now = time.elapsed
        if let lastAskedAt, now - lastAskedAt < options.refetchIntervalMin {
            if let lastFailure { return .failure(lastFailure) }
            if let snapshot { return .success(snapshot) }
        }
        lastAskedAt = now
        // Its own task: whoever asked first may be cancelled while others wait. The client's timeout bounds it.
        let question = Task { [settings, client] in
            await Self.answer(settings, client, askedAt: now)
        }
        self.question = question
        let answer = await question.value
        take(answer, to: question)
        return answer
    }

    private func take(_ answer: Answer, to question: Task<Answer, Never>) {
        guard self.question == question else { return }
        self.question = nil
        switch answer {
        case .success(let snapshot): (self.snapshot, lastFailure) = (snapshot, nil)
        case .failure(let reason): lastFailure = reason
        }
    }

    private static func answer(
        _ settings: ProviderSettings,
        _ client: HTTPClient,
        askedAt: Duration
    ) async -> Answer {
        do throws(OpenIDError.Unavailability) {
            let document = try await fetchDocument(settings, client)
            let keys = try await fetchKeys(document.keysURL, settings, client)
            return .success(Snapshot(document: document, keys: keys, askedAt: askedAt))
        } catch {
            return .failure(error)
        }
    }

    private static func fetchDocument(
        _ settings: ProviderSettings,
        _ client: HTTPClient
    ) async throws(OpenIDError.Unavailability) -> DiscoveryDocument {
        let body = try await client.fetch(settings.configURL, within: settings.policy)
        do throws(DiscoveryError) {
            return try DiscoveryDocument(parsing: body, from: settings)
        } catch {
            throw .malformedDiscovery(error)
        }
    }

    private static func fetchKeys(
        _ url: WebURL,
        _ settings: ProviderSettings,
        _ client: HTTPClient
    ) async throws(OpenIDError.Unavailability) -> JSONWebKeySet {
        let body = try await client.fetch(url, within: settings.policy)
        let keys: JSONWebKeySet
        do throws(KeySetError) {
            keys = try JSONWebKeySet(parsing: body)
        } catch {
            throw .malformedKeySet(error)
        }
        guard !keys.keys.isEmpty else { throw .noUsableKeys }
        return keys
    }
}

extension HTTPClient {
    /// The body of a 200.
    fileprivate func fetch(
        _ url: WebURL,
        within policy: OutboundPolicy
    ) async throws(OpenIDError.Unavailability) -> [UInt8] {
        let request = OutgoingRequest(
            .get,
            url,
            within: policy,
            headers: [.init("Accept", "application/json")]
        )
        let response: OutgoingResponse
        do throws(HTTPClientError) {
            response = try await send(request)
        } catch {
            throw .unreachable(error)
        }
        guard response.status == 200 else {
            throw .unexpectedStatus(url.origin, status: response.status)
        }
        return response.body
    }
}
