import Base
import JOSE
import JSON
import Testing

private let now = Timestamp(seconds: 1_800_000_000)

private func claims(_ text: String) throws -> TokenClaims {
    TokenClaims(try JSONValue(parsing: text.utf8).members)
}

@Suite struct TokenClaimsTests {
    @Test func stringsAreReadOrAbsentOrMalformed() throws {
        let claims = try claims(#"{"sub":"alice","n":1,"empty":"","null":null}"#)
        #expect(try claims.subject == "alice")
        #expect(try claims.string("empty")?.isEmpty == true)
        #expect(try claims.string("absent") == nil)
        #expect(try claims.issuer == nil)
        #expect(try claims.id == nil)
        for name in ["n", "null"] {
            #expect(throws: TokenError.malformedClaim(name)) { _ = try claims.string(name) }
        }
    }

    @Test(
        "an audience is a string or a list of them",
        arguments: [
            (#"{"aud":"a"}"#, ["a"]), (#"{"aud":["a","b"]}"#, ["a", "b"]), (#"{"aud":[]}"#, []), ("{}", nil),
        ] as [(String, [String]?)]
    )
    func lists(text: String, audience: [String]?) throws {
        #expect(try claims(text).audience == audience)
    }

    @Test(arguments: [
        #"{"aud":1}"#, #"{"aud":null}"#, #"{"aud":{}}"#, #"{"aud":true}"#, #"{"aud":["a",1]}"#,
        #"{"aud":[["a"]]}"#,
    ])
    func audiencesOfOtherKindsAreMalformed(text: String) throws {
        let claims = try claims(text)
        #expect(throws: TokenError.malformedClaim("aud")) { _ = try claims.audience }
        #expect(throws: TokenError.malformedClaim("aud")) { try claims.validateAudience(["a"]) }
    }

    @Test(
        "times are seconds, with or without a fraction",
        arguments: [
            ("0", 0), ("1", 1_000_000_000), ("-1", -1_000_000_000), ("1.5", 1_500_000_000),
            ("-0.5", -500_000_000),
            ("1.8e9", 1_800_000_000_000_000_000), ("9223372036", 9_223_372_036_000_000_000),
            ("9223372037", .max), ("253402300799", .max), ("9223372036854775807", .max), ("1e30", .max),
            ("9223372036854775808", .max), ("-9223372037", .min), ("-9223372036854775808", .min),
            ("-1e300", .min),
        ] as [(String, Int64)]
    )
    func times(literal: String, nanoseconds: Int64) throws {
        #expect(try claims(#"{"exp":\#(literal)}"#).expiration == Timestamp(nanoseconds: nanoseconds))
    }

    @Test(arguments: [#""1800000000""#, "null", "true", "[1]", "{}", "1e400", "-1e400"])
    func timesOfOtherKindsAreMalformed(literal: String) throws {
        for name in ["exp", "nbf", "iat"] {
            let claims = try claims(#"{"exp":1900000000,"\#(name)":\#(literal)}"#)
            #expect(throws: TokenError.malformedClaim(name)) {
                try claims.validateTime(at: now, leeway: .zero, requiresExpiration: false)
            }
        }
    }

    /// Seconds from now: exp, nbf, iat, leeway, and what comes of it.
    @Test(
        "a token is valid from nbf and iat on, before exp",
        arguments: [
            (1, nil, nil, 0, nil),
            (0, nil, nil, 0, .expired(at: now)),
            (-1, nil, nil, 0, .expired(at: now + .seconds(-1))),
            (0, nil, nil, 1, nil),
            (-59, nil, nil, 60, nil),
            (-60, nil, nil, 60, .expired(at: now + .seconds(-60))),
            (10, 0, nil, 0, nil),
            (10, 1, nil, 0, .notYetValid(until: now + .seconds(1))),
            (10, 1, nil, 1, nil),
            (100, 61, nil, 60, .notYetValid(until: now + .seconds(61))),
            (10, nil, 0, 0, nil),
            (10, nil, 1, 0, .issuedInFuture(at: now + .seconds(1))),
            (10, nil, 1, 1, nil),
            (10, -5, -5, 0, nil),
            (-10, 5, 5, 0, .expired(at: now + .seconds(-10))),
        ] as [(Int64, Int64?, Int64?, Int64, TokenError?)]
    )
    func validity(exp: Int64, nbf: Int64?, iat: Int64?, leeway: Int64, error: TokenError?) throws {
        var members = JSONObject()
        members["exp"] = .integer(now.seconds + exp)
        if let nbf { members["nbf"] = .integer(now.seconds + nbf) }
        if let iat { members["iat"] = .integer(now.seconds + iat) }
        let claims = TokenClaims(members)
        if let error {
            #expect(throws: error) { try claims.validateTime(at: now, leeway: .seconds(leeway)) }
        } else {
            #expect(throws: Never.self) { try claims.validateTime(at: now, leeway: .seconds(leeway)) }
        }
    }

    @Test func timesAtTheEndsOfAllTimeDoNotOverflow() throws {
        for literal in ["9223372036854775807", "1e30", "253402300799"] {
            let claims = try claims(#"{"exp":\#(literal)}"#)
            #expect(throws: Never.self) { try claims.validateTime(at: now, leeway: .seconds(3600)) }
        }
        let past = try claims(#"{"exp":-1e30,"nbf":-1e30}"#)
        #expect(throws: TokenError.expired(at: Timestamp(nanoseconds: .min))) {
            try past.validateTime(at: now, leeway: .seconds(3600))
        }
        let future = try claims(#"{"exp":1e30,"nbf":1e30}"#)
        #expect(throws: TokenError.notYetValid(until: Timestamp(nanoseconds: .max))) {
            try future.validateTime(at: now, leeway: .seconds(3600))
        }
    }

    @Test func aTokenWithoutExpirationIsRefusedUnlessAllowed() throws {
        let claims = try claims("{}")
        #expect(throws: TokenError.missingClaim("exp")) { try claims.validateTime(at: now, leeway: .zero) }
        #expect(throws: Never.self) {
            try claims.validateTime(at: now, leeway: .zero, requiresExpiration: false)
        }
    }

    @Test func theIssuerIsComparedByteByByte() throws {
        let claims = try claims(#"{"iss":"https://id.example/K"}"#)
        #expect(throws: Never.self) { try claims.validateIssuer("https://id.example/K") }
        for other in [
            "https://id.example/K/", "https://id.example/", "https://ID.example/K", "",
            "https://id.example/\u{212a}",
        ] {
            #expect(throws: TokenError.wrongIssuer) { try claims.validateIssuer(other) }
        }
        #expect(throws: TokenError.missingClaim("iss")) { try TokenClaims(JSONObject()).validateIssuer("") }
    }

    @Test func oneAudienceOfOursIsEnough() throws {
        let one = try claims(#"{"aud":"martlet"}"#)
        let several = try claims(#"{"aud":["a","martlet"]}"#)
        for claims in [one, several] {
            #expect(throws: Never.self) { try claims.validateAudience(["martlet"]) }
            #expect(throws: Never.self) { try claims.validateAudience(["x", "martlet"]) }
            for accepted in [[], ["x"], ["Martlet"], ["martlet "], [""]] {
                #expect(throws: TokenError.wrongAudience) { try claims.validateAudience(accepted) }
            }
        }
        #expect(throws: TokenError.wrongAudience) { try claims(#"{"aud":[]}"#).validateAudience(["a"]) }
        #expect(throws: TokenError.missingClaim("aud")) { try claims("{}").validateAudience(["a"]) }
    }
}
