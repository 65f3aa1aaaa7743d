import Base
import S3API
import Testing

private let etag = ETag("abc")
private let modified = Timestamp(seconds: 1_000_000_000) + .milliseconds(700)
private let before = (modified + .seconds(-1)).httpDate
private let same = modified.httpDate
private let after = (modified + .seconds(1)).httpDate
private let now = modified + .seconds(2)
private let future = (modified + .seconds(3)).httpDate

private func evaluate(
    _ headers: [String: String],
    _ purpose: ConditionalHeaders.Purpose
) -> ConditionalHeaders.Outcome {
    ConditionalHeaders(header: { headers[$0] }).evaluate(
        etag: etag,
        lastModified: modified,
        for: purpose,
        now: now
    )
}

@Suite struct ConditionalHeadersTests {
    @Test(
        arguments: [
            ([:], .proceed, .proceed),
            (["if-match": "\"abc\""], .proceed, .proceed), (["if-match": "abc"], .proceed, .proceed),
            (["if-match": "*"], .proceed, .proceed), (["if-match": "x, W/\"abc\""], .proceed, .proceed),
            (["if-match": "x"], .preconditionFailed(.ifMatch), .preconditionFailed(.ifMatch)),
            (["if-none-match": "x"], .proceed, .proceed),
            (["if-none-match": "\"abc\""], .notModified, .preconditionFailed(.ifNoneMatch)),
            (["if-none-match": "*"], .notModified, .preconditionFailed(.ifNoneMatch)),
            (["if-modified-since": before], .proceed, .proceed),
            (["if-modified-since": same], .notModified, .proceed),
            (["if-modified-since": after], .notModified, .proceed),
            (["if-modified-since": now.httpDate], .notModified, .proceed),
            // Nobody can have what will be.
            (["if-modified-since": future], .proceed, .proceed),
            (["if-unmodified-since": future], .proceed, .proceed),
            (["if-modified-since": "nonsense"], .proceed, .proceed),
            (
                ["if-unmodified-since": before], .preconditionFailed(.ifUnmodifiedSince),
                .preconditionFailed(.ifUnmodifiedSince)
            ),
            (["if-unmodified-since": same], .proceed, .proceed),
            (["if-unmodified-since": after], .proceed, .proceed),
            (["if-unmodified-since": "nonsense"], .proceed, .proceed),
            // S3 documents these two: the tag outranks the date.
            (["if-match": "abc", "if-unmodified-since": before], .proceed, .proceed),
            (
                ["if-none-match": "abc", "if-modified-since": before], .notModified,
                .preconditionFailed(.ifNoneMatch)
            ),
            (["if-none-match": "x", "if-modified-since": after], .proceed, .proceed),
            (
                ["if-match": "x", "if-unmodified-since": after], .preconditionFailed(.ifMatch),
                .preconditionFailed(.ifMatch)
            ),
            (["if-match": "abc", "if-none-match": "abc"], .notModified, .preconditionFailed(.ifNoneMatch)),
            (
                ["if-match": "x", "if-none-match": "abc"], .preconditionFailed(.ifMatch),
                .preconditionFailed(.ifMatch)
            ),
            (
                ["if-unmodified-since": before, "if-none-match": "abc"],
                .preconditionFailed(.ifUnmodifiedSince), .preconditionFailed(.ifUnmodifiedSince)
            ),
            (["if-unmodified-since": after, "if-modified-since": after], .notModified, .proceed),
        ] as [([String: String], ConditionalHeaders.Outcome, ConditionalHeaders.Outcome)]
    )
    func precedence(
        headers: [String: String],
        read: ConditionalHeaders.Outcome,
        write: ConditionalHeaders.Outcome
    ) {
        #expect(evaluate(headers, .read) == read)
        #expect(evaluate(headers, .write) == write)
        let prefixed = Dictionary(uniqueKeysWithValues: headers.map { ("x-amz-copy-source-\($0)", $1) })
        let copy = ConditionalHeaders(copySource: { prefixed[$0] })
        #expect(ConditionalHeaders(header: { prefixed[$0] }).isEmpty)
        #expect(
            copy.evaluate(etag: etag, lastModified: modified, for: .copySource, now: now)
                == (read == .notModified
                    ? .preconditionFailed(headers["if-none-match"] == nil ? .ifModifiedSince : .ifNoneMatch)
                    : read)
        )
    }

    @Test(
        arguments: [
            ([:], .proceed), (["if-none-match": "*"], .proceed),
            (["if-match": "*"], .preconditionFailed(.ifMatch)),
            (["if-match": "abc"], .preconditionFailed(.ifMatch)), (["if-unmodified-since": before], .proceed),
        ] as [([String: String], ConditionalHeaders.Outcome)]
    )
    func withoutAnObject(headers: [String: String], outcome: ConditionalHeaders.Outcome) {
        #expect(ConditionalHeaders(header: { headers[$0] }).evaluatedWithoutObject == outcome)
    }
}
