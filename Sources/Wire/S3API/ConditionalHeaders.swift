package import Base

/// If-Match, If-None-Match, If-Modified-Since and If-Unmodified-Since, or their x-amz-copy-source-…
/// kin.
///
///     If-Match ──absent──▶ If-Unmodified-Since        (RFC 9110 §13.2.2, and what S3 documents)
///        │ true                 │ true
///        ▼                      ▼
///     If-None-Match ──absent──▶ If-Modified-Since (reads only) ──▶ proceed
package struct ConditionalHeaders: Sendable, Hashable {
    /// What the conditions guard.
    package enum Purpose: Sendable {
        /// GET and HEAD: a failed If-None-Match is 304.
        case read
        /// PUT, DELETE and their like.
        case write
        /// The source of a copy: whatever fails is 412.
        case copySource
    }

    /// As S3's errors name it; of a copy's source with `x-amz-copy-source-` before it.
    package enum Condition: String, Sendable, Hashable {
        case ifMatch = "If-Match"
        case ifNoneMatch = "If-None-Match"
        case ifModifiedSince = "If-Modified-Since"
        case ifUnmodifiedSince = "If-Unmodified-Since"
    }

    package enum Outcome: Sendable, Hashable {
        case proceed
        case notModified
        /// By the first condition that does not hold.
        case preconditionFailed(Condition)
    }

    package var ifMatch: ETagList?
    package var ifNoneMatch: ETagList?
    /// A date that cannot be read counts as not sent (RFC 9110 §13.1.3).
    package var ifModifiedSince: Timestamp?
    package var ifUnmodifiedSince: Timestamp?

    /// `header` answers a header's value by its name in lower case.
    package init(header: (_ name: String) -> String?) {
        ifMatch = header(S3Header.ifMatch).map { ETagList($0) }
        ifNoneMatch = header(S3Header.ifNoneMatch).map { ETagList($0) }
        ifModifiedSince = header(S3Header.ifModifiedSince).flatMap { date($0) }
        ifUnmodifiedSince = header(S3Header.ifUnmodifiedSince).flatMap { date($0) }
    }

    package init(copySource header: (_ name: String) -> String?) {
        ifMatch = header(S3Header.copySourceIfMatch).map { ETagList($0) }
        ifNoneMatch = header(S3Header.copySourceIfNoneMatch).map { ETagList($0) }
        ifModifiedSince = header(S3Header.copySourceIfModifiedSince).flatMap { date($0) }
        ifUnmodifiedSince = header(S3Header.copySourceIfUnmodifiedSince).flatMap { date($0) }
    }

    package var isEmpty: Bool {
        ifMatch == nil && ifNoneMatch == nil && ifModifiedSince == nil && ifUnmodifiedSince == nil
    }

    /// Against an object that exists. Times compare by the second, as headers carry no more.
    ///
    /// - Parameter now: a later If-Modified-Since says nothing, as in S3.
    package func evaluate(
        etag: ETag,
        lastModified: Timestamp,
        for purpose: Purpose,
        now: Timestamp
    ) -> Outcome {
        if let ifMatch {
            guard ifMatch.matches(etag) else { return .preconditionFailed(.ifMatch) }
        } else if let ifUnmodifiedSince, lastModified.seconds > ifUnmodifiedSince.seconds {
            return .preconditionFailed(.ifUnmodifiedSince)
        }
        if let ifNoneMatch {
            guard ifNoneMatch.matches(etag) else { return .proceed }
            return purpose == .read ? .notModified : .preconditionFailed(.ifNoneMatch)
        }
        guard let ifModifiedSince, purpose != .write, ifModifiedSince.seconds <= now.seconds,
            lastModified.seconds <= ifModifiedSince.seconds
        else { return .proceed }
        return purpose == .read ? .notModified : .preconditionFailed(.ifModifiedSince)
    }

    /// Against a key without an object: If-Match cannot hold, everything else does. S3 answers a write
    /// whose If-Match fails so with NoSuchKey, which is the caller's to say.
    package var evaluatedWithoutObject: Outcome {
        ifMatch == nil ? .proceed : .preconditionFailed(.ifMatch)
    }
}

/// HTTP's three forms, and ISO 8601 as some SDKs send for copies.
private func date(_ text: String) -> Timestamp? { Timestamp(httpDate: text) ?? Timestamp(iso8601: text) }
