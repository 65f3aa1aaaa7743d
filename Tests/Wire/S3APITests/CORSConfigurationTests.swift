import Base
import S3API
import TestSupport
import Testing

private let text = """
    <?xml version="1.0"?><CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><CORSRule><ID>one</ID>\
    <AllowedHeader>x-amz-*</AllowedHeader><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod>\
    <AllowedOrigin>https://*.example.com</AllowedOrigin><ExposeHeader>ETag</ExposeHeader>\
    <MaxAgeSeconds>3000</MaxAgeSeconds></CORSRule><CORSRule><AllowedMethod>GET</AllowedMethod>\
    <AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>
    """

private func configuration(_ rule: String) throws -> CORSConfiguration {
    try CORSConfiguration(parsing: Array("<CORSConfiguration>\(rule)</CORSConfiguration>".utf8))
}

private func rule(origin: String, method: String = "GET", _ more: String = "") -> String {
    "<CORSRule><AllowedOrigin>\(origin)</AllowedOrigin><AllowedMethod>\(method)</AllowedMethod>\(more)</CORSRule>"
}

@Suite("CORS rules") struct CORSConfigurationTests {
    @Test func whatIsReadIsWrittenAgain() throws {
        let configuration = try CORSConfiguration(parsing: Array(text.utf8))
        var first = CORSRule(origins: ["https://*.example.com"], methods: ["GET", "PUT"])
        first.id = "one"
        first.headers = ["x-amz-*"]
        first.exposedHeaders = ["ETag"]
        first.maxAgeSeconds = 3000
        #expect(configuration.rules == [first, CORSRule(origins: ["*"], methods: ["GET"])])
        #expect(try CORSConfiguration(parsing: configuration.xml) == configuration)
    }

    @Test(arguments: [
        ("", S3Error.Code.malformedXML), ("<CORSRule/>", .malformedXML),
        (rule(origin: "a*b*"), .invalidRequest), (rule(origin: "a b"), .malformedXML),
        (rule(origin: ""), .malformedXML), (rule(origin: "*", method: "PATCH"), .invalidRequest),
        (rule(origin: "*", method: "get"), .invalidRequest),
        (rule(origin: "*", "<AllowedHeader>*-*</AllowedHeader>"), .invalidRequest),
        (rule(origin: "*", "<ExposeHeader>x-*</ExposeHeader>"), .invalidRequest),
        (rule(origin: "*", "<ExposeHeader>x,y</ExposeHeader>"), .malformedXML),
        (rule(origin: "*", "<MaxAgeSeconds>-1</MaxAgeSeconds>"), .malformedXML),
        (rule(origin: "*", "<MaxAgeSeconds>1.5</MaxAgeSeconds>"), .malformedXML),
        (rule(origin: "*", "<ID>\(String(repeating: "i", count: 256))</ID>"), .malformedXML),
        (String(repeating: rule(origin: "*"), count: 101), .malformedXML),
    ])
    func rulesThatAreNoneAreRefused(rules: String, code: S3Error.Code) {
        let error = #expect(throws: S3Error.self) { try configuration(rules) }
        #expect(error?.code == code)
    }

    @Test func aHundredRulesOf64KiBAreTheMost() throws {
        #expect(try configuration(String(repeating: rule(origin: "*"), count: 100)).rules.count == 100)
        let large = rule(origin: "*", "<ID> \(String(repeating: " ", count: CORSConfiguration.sizeMax))</ID>")
        let error = #expect(throws: S3Error.self) { try configuration(large) }
        #expect(error?.code == .maxMessageLengthExceeded)
    }

    @Test(arguments: [
        ("*suffix", "foo.suffix", true), ("*suffix", "suffix", true), ("*suffix", "foo.suffix.get", false),
        ("start*end", "startend", true), ("start*end", "start1end", true), ("start*end", "0start1end", false),
        ("start*end", "star", false), ("prefix*", "prefix.suffix", true), ("prefix*", "bla.prefix", false),
        ("aba*aba", "aba", false), ("https://a.example", "https://a.example", true),
        ("https://a.example", "https://A.example", false), ("*", "", true),
    ])
    func oneWildcardStandsForAnything(pattern: String, origin: String, allows: Bool) {
        let rule = CORSRule(origins: [pattern], methods: ["GET"])
        #expect(rule.allows(CORSRequest(origin: origin, method: "GET")) == allows)
        #expect(rule.origin(for: origin) == (allows ? (pattern == "*" ? "*" : origin) : nil))
    }

    @Test func theFirstRuleThatAllowsAllCounts() throws {
        let configuration = try CORSConfiguration(parsing: Array(text.utf8))
        let here = "https://a.example.com"
        func id(_ method: String, _ origin: String, _ headers: [String] = []) -> String?? {
            configuration.rule(allowing: CORSRequest(origin: origin, method: method, headers: headers))
                .map { $0.id }
        }
        #expect(id("PUT", here, ["x-amz-meta-a"]) == "one")
        #expect(id("PUT", here, ["x-amz-meta-a", "content-type"]) == nil)
        #expect(id("GET", "https://b.example") == .some(nil))
        #expect(id("GET", "https://b.example", ["x-amz-date"]) == nil)
        #expect(id("DELETE", here) == nil)
    }

    @Test(arguments: 0..<32 as Range<UInt64>) func mutatedRulesAreReadOrRefused(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            do throws(S3Error) {
                let found = try CORSConfiguration(parsing: mutated(Array(text.utf8), using: &random))
                // What was taken can be read again from the drives.
                #expect(try CORSConfiguration(parsing: found.xml) == found)
            } catch { #expect(error.status == 400) }
        }
    }
}
