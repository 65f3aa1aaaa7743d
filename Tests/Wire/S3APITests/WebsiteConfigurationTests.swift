import Base
import S3API
import TestSupport
import Testing

private func site(_ inside: String) throws(S3Error) -> WebsiteConfiguration {
    try WebsiteConfiguration(parsing: Array("<WebsiteConfiguration>\(inside)</WebsiteConfiguration>".utf8))
}

private let index = "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>"
private func rules(_ inside: String) -> String { "\(index)<RoutingRules>\(inside)</RoutingRules>" }
private func rule(_ redirect: String, if condition: String? = nil) -> String {
    let condition = condition.map { "<Condition>\($0)</Condition>" } ?? ""
    return "<RoutingRule>\(condition)<Redirect>\(redirect)</Redirect></RoutingRule>"
}
private func prefix(_ text: String) -> String { "<KeyPrefixEquals>\(text)</KeyPrefixEquals>" }
private func code(_ text: String) -> String {
    "<HttpErrorCodeReturnedEquals>\(text)</HttpErrorCodeReturnedEquals>"
}

private let whole =
    "\(index)<ErrorDocument><Key>error.html</Key></ErrorDocument><RoutingRules>"
    + rule(
        "<HostName>h.test</HostName><HttpRedirectCode>307</HttpRedirectCode><Protocol>https</Protocol><ReplaceKeyPrefixWith>new/</ReplaceKeyPrefixWith>",
        if: prefix("old/") + code("404")
    )
    + rule("<ReplaceKeyWith>k</ReplaceKeyWith>") + "</RoutingRules>"

@Suite struct WebsiteConfigurationTests {
    @Test func everythingASiteCanSayIsReadAndKept() throws {
        let expected = WebsiteConfiguration(
            .pages(
                .init(
                    indexSuffix: "index.html",
                    errorKey: "error.html",
                    rules: [
                        .init(
                            keyPrefix: "old/",
                            errorStatus: 404,
                            redirect: .init(
                                host: "h.test",
                                scheme: .https,
                                status: 307,
                                replacement: .keyPrefix("new/")
                            )
                        ),
                        .init(redirect: .init(replacement: .key("k"))),
                    ]
                )
            )
        )
        #expect(try site(whole) == expected)
        #expect(try WebsiteConfiguration(parsing: expected.xml) == expected)
        let other = try site(
            "<RedirectAllRequestsTo><HostName>h.test:81</HostName><Protocol>http</Protocol></RedirectAllRequestsTo>"
        )
        #expect(other == WebsiteConfiguration(.redirectAll(host: "h.test:81", scheme: .http)))
        #expect(try WebsiteConfiguration(parsing: other.xml) == other)
    }

    @Test(
        arguments: [
            ("", .invalidArgument), ("<ErrorDocument><Key>e</Key></ErrorDocument>", .invalidArgument),
            ("<IndexDocument/>", .invalidArgument),
            ("<IndexDocument><Suffix></Suffix></IndexDocument>", .invalidArgument),
            ("<IndexDocument><Suffix>a/b</Suffix></IndexDocument>", .invalidArgument),
            (index + "<ErrorDocument/>", .malformedXML), (index + "<Other/>", .malformedXML),
            ("<RedirectAllRequestsTo/>", .malformedXML),
            (
                "<RedirectAllRequestsTo><HostName>h</HostName></RedirectAllRequestsTo>" + index,
                .invalidRequest
            ),
            ("<RedirectAllRequestsTo><HostName>h/x</HostName></RedirectAllRequestsTo>", .invalidRequest),
            ("<RedirectAllRequestsTo><HostName>a&#10;b</HostName></RedirectAllRequestsTo>", .invalidRequest),
            (
                "<RedirectAllRequestsTo><HostName>h</HostName><Protocol>ftp</Protocol></RedirectAllRequestsTo>",
                .invalidRequest
            ),
            (rules(""), .malformedXML), (rules("<RoutingRule/>"), .malformedXML),
            (rules(rule("")), .malformedXML),
            (rules(rule("<ReplaceKeyWith>a</ReplaceKeyWith>", if: "")), .invalidRequest),
            (
                rules(
                    rule("<ReplaceKeyWith>a</ReplaceKeyWith><ReplaceKeyPrefixWith>b</ReplaceKeyPrefixWith>")
                ), .invalidRequest
            ),
            (rules(rule("<HttpRedirectCode>300</HttpRedirectCode>")), .invalidRequest),
            (rules(rule("<HttpRedirectCode>304</HttpRedirectCode>")), .invalidRequest),
            (rules(rule("<HttpRedirectCode>400</HttpRedirectCode>")), .invalidRequest),
            (rules(rule("<ReplaceKeyWith>a</ReplaceKeyWith>", if: code("399"))), .invalidRequest),
            (rules(rule("<ReplaceKeyWith>a</ReplaceKeyWith>", if: code("600"))), .invalidRequest),
            (
                rules(String(repeating: rule("<ReplaceKeyWith>a</ReplaceKeyWith>"), count: 51)),
                .invalidRequest
            ),
        ] as [(String, S3Error.Code)]
    )
    func whatIsWrongIsSaid(inside: String, code: S3Error.Code) {
        let error = #expect(throws: S3Error.self) { try site(inside) }
        #expect(error?.code == code, "\(error?.message ?? "")")
    }

    @Test(
        "redirects, by rule",
        arguments: [
            (
                rule("<ReplaceKeyPrefixWith>new/</ReplaceKeyPrefixWith>", if: prefix("old/")), "old/a b", nil,
                "301 http://site.test/new/a%20b?q=1"
            ),
            (
                rule("<ReplaceKeyPrefixWith>new/</ReplaceKeyPrefixWith>", if: prefix("old/")), "older", nil,
                nil
            ),
            (
                rule("<ReplaceKeyPrefixWith></ReplaceKeyPrefixWith>", if: prefix("old/")), "old/a", nil,
                "301 http://site.test/a?q=1"
            ),
            (rule("<HostName>h.test</HostName>"), "é\r\n", nil, "301 http://h.test/%C3%A9%0D%0A?q=1"),
            (
                rule("<Protocol>https</Protocol><HttpRedirectCode>308</HttpRedirectCode>"), "", nil,
                "308 https://site.test/?q=1"
            ),
            (rule("<ReplaceKeyWith>k</ReplaceKeyWith>", if: code("404")), "a", nil, nil),
            (rule("<ReplaceKeyWith>k</ReplaceKeyWith>", if: code("404")), "a", 403, nil),
            (
                rule("<ReplaceKeyWith>k</ReplaceKeyWith>", if: code("404")), "a", 404,
                "301 http://site.test/k?q=1"
            ),
            (rule("<ReplaceKeyWith>k</ReplaceKeyWith>", if: prefix("b") + code("404")), "a", 404, nil),
            (
                rule("<ReplaceKeyWith>1</ReplaceKeyWith>", if: prefix("a"))
                    + rule("<ReplaceKeyWith>2</ReplaceKeyWith>"), "a", nil,
                "301 http://site.test/1?q=1"
            ),
        ] as [(String, String, Int?, String?)]
    )
    func redirects(rules inside: String, key: String, errorStatus: Int?, location: String?) throws {
        guard case .pages(let pages) = try site(rules(inside)).content else { return #expect(Bool(false)) }
        let visit = WebsiteConfiguration.Visit(scheme: .http, host: "site.test", key: key, query: "q=1")
        let target = visit.target(by: pages.rules, errorStatus: errorStatus)
        #expect(target.map { "\($0.status) \($0.location)" } == location)
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func mutatedDocumentsAreRefusedOrReadBack(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let body = Array("<WebsiteConfiguration>\(whole)</WebsiteConfiguration>".utf8)
        for _ in 0..<100 {
            let read: WebsiteConfiguration
            do throws(S3Error) {
                read = try WebsiteConfiguration(parsing: mutated(body, using: &generator))
            } catch { continue }
            #expect(try WebsiteConfiguration(parsing: read.xml) == read)
        }
    }
}
