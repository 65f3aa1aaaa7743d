import Base
import SigV4
import TestSupport
import Testing

private let signer = SigV4Signer(accessKey: exampleAccessKey, secret: exampleSecret)

@Suite("mutated signatures are refused or mean the same") struct SignatureFuzzTests {
    private func check(_ request: SignerRequest, _ original: SignerRequest) {
        do throws(SigV4Error) {
            let kind = try SignatureKind(of: request)
            switch kind {
            case .authorizationHeader, .queryParameters:
                let rules = SignatureRules(region: .exactly("us-east-1"))
                let claim = try SignatureClaim(of: request, kind: kind, rules: rules, now: exampleTime)
                // Nobody else's secret is this one.
                guard claim.accessKey == exampleAccessKey else { return }
                _ = try claim.verify(secret: exampleSecret, for: request)
                #expect(claim.time == exampleTime)
                #expect(claim.payload == .unsigned)
                #expect(claim.signedHeaders.contains("host"))
            case .version2Header, .version2Query:
                let claim = try SigV2(of: request, kind: kind, now: exampleTime)
                guard claim.accessKey == exampleAccessKey else { return }
                try claim.verify(secret: exampleSecret, for: request, virtualHostBucket: nil)
                #expect(request.value(of: "date") == original.value(of: "date"))
            case .anonymous, .otherScheme: return
            }
        } catch {}
    }

    @Test(arguments: 0..<48 as Range<UInt64>) func header(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let plain = SignerRequest(method: "PUT", target: "/b/a%20b?acl&x=%C3%A9", fields: [("Host", "h")])
        let original =
            seed.isMultiple(of: 3)
            ? try SigV2Signer(accessKey: exampleAccessKey, secret: exampleSecret).sign(plain, at: exampleTime)
            : try signer.sign(plain, payload: .unsigned, at: exampleTime)
        for _ in 0..<200 {
            var request = original
            let index = Int.random(in: 1..<request.fields.count, using: &generator)
            request.fields[index].value = String(
                decoding: mutated(Array(request.fields[index].value.utf8), using: &generator),
                as: UTF8.self
            )
            check(request, original)
        }
    }

    @Test(arguments: 0..<48 as Range<UInt64>) func query(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let plain = SignerRequest(method: "GET", target: "/b/a%20b?acl&x=%C3%A9", fields: [("Host", "h")])
        var original = try signer.presign(plain, expiresSeconds: 60, at: exampleTime)
        if seed.isMultiple(of: 3) {
            original = SignerRequest(
                method: "GET",
                target: "/b/k?AWSAccessKeyId=\(exampleAccessKey)&Expires=1369353600&Signature=abc%3D",
                fields: [("Host", "h")]
            )
        }
        for _ in 0..<200 {
            var request = original
            request.queryBytes = ArraySlice(mutated(Array(request.queryBytes), using: &generator))
            check(request, original)
        }
    }
}
