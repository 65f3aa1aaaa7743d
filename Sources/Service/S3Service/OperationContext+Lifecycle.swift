internal import Base
package import Engine
internal import Lifecycle
internal import S3API

extension OperationContext {
    /// When the newest version of a key expires, as S3 tells whoever writes or reads it. Counts whole days whatever the
    /// worker is told for tests.
    package func expirationHeaders(
        _ version: ObjectVersion,
        in bucket: Bucket
    ) -> [(name: String, value: String)] {
        guard let lifecycle = lifecycles.lifecycle(of: bucket),
            let expiry = lifecycle.expiry(ofNewest: VersionFacts(version, now: now), key: version.key)
        else { return [] }
        let id = Self.headerText(expiry.ruleID)
        return [(S3Header.expiration, "expiry-date=\"\(expiry.date.httpDate)\", rule-id=\"\(id)\"")]
    }

    /// When an upload is aborted that nobody completes.
    package func abortHeaders(_ upload: Upload, in bucket: Bucket) -> [(name: String, value: String)] {
        guard let key = upload.key, let lifecycle = lifecycles.lifecycle(of: bucket),
            let abortion = lifecycle.abortion(ofUploadBegun: upload.initiated, key: key)
        else { return [] }
        return [
            (S3Header.abortDate, abortion.date.httpDate),
            (S3Header.abortRuleID, Self.headerText(abortion.ruleID)),
        ]
    }

    /// An id may hold any character; S3 encodes it as in a URL.
    private static func headerText(_ ruleID: String) -> String {
        String(decoding: PercentCoding.encode(ruleID.utf8), as: UTF8.self)
    }
}
