internal import Base
internal import Engine
internal import HTTP
internal import HTTPServer
internal import IAM
internal import ObjectOperations
internal import S3API
internal import S3Service
internal import SigV4
internal import XLMeta

/// Buckets as web sites.
///
///     host ─▶ bucket ─▶ configuration ─▶ redirect by rule? ─▶ key or folder's index ─▶ GetObject as anybody
///                                                                 │ error
///                                              redirect by rule? ◀┘ ─▶ folder without its slash? ─▶ error document
///
/// Nobody signs in here: what is shown is what an anonymous GetObject may read. Queries mean nothing.
extension S3Handler {
    func serveWebsite(
        of bucketName: String,
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async {
        outcome.operation = "Website"
        outcome.bucket = bucketName
        let site: Site
        do throws(S3Error) {
            site = try Site(bucketName, engine, exchange)
        } catch {
            await send(page: error, exchange, requestID, &outcome)
            return
        }
        outcome.key = site.visit.key
        switch site.configuration.content {
        case .redirectAll(let host, let scheme):
            await send(site.visit.target(host: host, scheme: scheme), exchange, requestID, &outcome)
        case .pages(let pages): await show(pages, of: site, exchange, requestID, &outcome)
        }
    }

    private func show(
        _ pages: WebsiteConfiguration.Pages,
        of site: Site,
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async {
        if let target = site.visit.target(by: pages.rules, errorStatus: nil) {
            return await send(target, exchange, requestID, &outcome)
        }
        let asked = site.visit.key
        let isFolder = asked.isEmpty || asked.utf8.last == UInt8(ascii: "/")
        let key = isFolder ? asked + pages.indexSuffix : asked
        do throws(S3Error) {
            let response = try await read(key, of: site, exchange, requestID)
            await send(page: response, exchange, requestID, &outcome)
        } catch {
            var error = error
            (error.bucket, error.key) = (nil, key)
            if let target = site.visit.target(by: pages.rules, errorStatus: error.status) {
                return await send(target, exchange, requestID, &outcome)
            }
            let index = "\(asked)/\(pages.indexSuffix)"
            if !isFolder, error.status == 404 || error.status == 403,
                await isReadable(index, of: site, exchange, requestID)
            {
                let folder = PercentCoding.encode("/\(asked)/".utf8, keepingSlashes: true)
                let target = WebsiteConfiguration.Target(
                    status: 302,
                    location: String(decoding: folder, as: UTF8.self)
                )
                return await send(target, exchange, requestID, &outcome)
            }
            await send(error, with: pages.errorKey, of: site, exchange, requestID, &outcome)
        }
    }

    /// As a GetObject or HeadObject of nobody known.
    private func read(
        _ key: String,
        of site: Site,
        as type: (any S3Operation.Type)? = nil,
        ignoresHeaders: Bool = false,
        _ exchange: Exchange,
        _ requestID: RequestID
    ) async throws(S3Error) -> S3Response {
        let asked: any S3Operation.Type = exchange.head.method == .head ? HeadObject.self : GetObject.self
        return try await run(
            type ?? asked,
            try site.request(key, exchange, ignoresHeaders: ignoresHeaders),
            as: .anonymous,
            signature: nil,
            from: ExchangeSource(exchange.body, time: time),
            exchange,
            requestID
        )
    }

    private func isReadable(
        _ key: String,
        of site: Site,
        _ exchange: Exchange,
        _ requestID: RequestID
    ) async -> Bool {
        do throws(S3Error) {
            _ = try await read(key, of: site, as: HeadObject.self, ignoresHeaders: true, exchange, requestID)
            return true
        } catch {
            // Whatever it is, the folder has no index to lead to; the first error is the one to show.
            return false
        }
    }

    /// The site's own page for errors where everybody may read it: whole, whatever range or condition the visit had.
    private func send(
        _ error: S3Error,
        with errorKey: String?,
        of site: Site,
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async {
        guard let errorKey else { return await send(page: error, exchange, requestID, &outcome) }
        var response: S3Response
        do throws(S3Error) {
            response = try await read(errorKey, of: site, ignoresHeaders: true, exchange, requestID)
        } catch _ {
            // Visitors are told of the page they asked for.
            return await send(page: error, exchange, requestID, &outcome)
        }
        outcome.errorCode = error.code.rawValue
        response.status = error.status
        response.headers =
            [("x-amz-error-code", error.code.rawValue)]
            + response.headers.filter { $0.name != S3Header.websiteRedirectLocation }
        await send(response, exchange, requestID, &outcome)
    }

    /// An object that says where it is to be found instead leads there.
    private func send(
        page response: S3Response,
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async {
        guard let place = response.headers.first(where: { $0.name == S3Header.websiteRedirectLocation }),
            response.status != 304
        else { return await send(response, exchange, requestID, &outcome) }
        if case .object(let reader, _) = response.body { reader.close() }
        await send(
            WebsiteConfiguration.Target(status: 301, location: place.value),
            exchange,
            requestID,
            &outcome
        )
    }

    private func send(
        _ target: WebsiteConfiguration.Target,
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async {
        let response = S3Response(status: target.status, headers: [("Location", target.location)])
        await send(response, exchange, requestID, &outcome)
    }

    private func send(
        page error: S3Error,
        _ exchange: Exchange,
        _ requestID: RequestID,
        _ outcome: inout AccessLog.Outcome
    ) async {
        outcome.errorCode = error.code.rawValue
        var headers = error.headers.map { (name: $0.name, value: $0.value) }
        guard error.status != 304 else {
            return await send(S3Response(status: 304, headers: headers), exchange, requestID, &outcome)
        }
        headers.append(("x-amz-error-code", error.code.rawValue))
        headers.append(("Content-Type", "text/html; charset=utf-8"))
        let html = ErrorPage.html(error, requestID: requestID, hostID: answers.hostID)
        let response = S3Response(status: error.status, headers: headers, body: .bytes(html))
        await send(response, exchange, requestID, &outcome)
    }
}

/// A bucket that is served as a site, and what was asked of it.
private struct Site {
    let bucket: Bucket
    let configuration: WebsiteConfiguration
    let visit: WebsiteConfiguration.Visit

    init(_ name: String, _ engine: Engine, _ exchange: Exchange) throws(S3Error) {
        guard exchange.head.method == .get || exchange.head.method == .head else {
            throw S3Error(.methodNotAllowed, headers: [S3Error.Field("Allow", "GET, HEAD")])
        }
        do throws(EngineError) {
            bucket = try engine.bucket(name)
        } catch {
            var error = S3Error(from: error)
            error.bucket = name
            throw error
        }
        guard let text = bucket[.own(.website)] else {
            throw S3Error(.noSuchWebsiteConfiguration, bucket: name)
        }
        configuration = try text.parsed { bytes throws(S3Error) in try WebsiteConfiguration(parsing: bytes) }
        let host = exchange.head.host.map { String(decoding: $0, as: UTF8.self) } ?? ""
        let path = try S3Path(path: exchange.head.path, host: "site.bucket", domains: ["bucket"])
        visit = WebsiteConfiguration.Visit(
            scheme: exchange.isTLS ? .https : .http,
            host: host,
            key: path.key ?? "",
            query: exchange.head.query.map { String(decoding: $0, as: UTF8.self) }
        )
    }

    func request(
        _ key: String,
        _ exchange: Exchange,
        ignoresHeaders: Bool
    ) throws(S3Error) -> S3Request {
        try S3Request(
            exchange.head,
            bucket: bucket.name,
            key: key,
            signatureKind: .anonymous,
            scheme: visit.scheme.rawValue,
            ignoresQuery: true,
            ignoresHeaders: ignoresHeaders
        )
    }
}
