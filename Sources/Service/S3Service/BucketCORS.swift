package import Engine
package import S3API
internal import XLMeta

/// What the buckets' stored rules say of scripts from other origins.
package struct BucketCORS: Sendable {
    private let engine: Engine
    private let onUnreadable: @Sendable (_ bucket: String, S3Error) -> Void

    /// - Parameter onUnreadable: told once of stored rules that cannot be read, and so allow nothing.
    package init(_ engine: Engine, onUnreadable: @escaping @Sendable (_ bucket: String, S3Error) -> Void) {
        (self.engine, self.onUnreadable) = (engine, onUnreadable)
    }

    package enum Rules: Sendable, Hashable {
        /// The bucket has none of its own, or there is no such bucket.
        case none
        case document(CORSConfiguration)
        case unreadable
    }

    package func rules(ofBucket name: String) -> Rules {
        let bucket: Bucket
        do throws(EngineError) {
            bucket = try engine.bucket(name)
        } catch {
            // There is none, which is for the operation to say.
            return .none
        }
        guard !bucket.settings.areUnknown else { return .unreadable }
        guard let text = bucket[.own(.cors)] else { return .none }
        do throws(S3Error) {
            return .document(
                try text.parsed { bytes throws(S3Error) in try CORSConfiguration(parsing: bytes) }
            )
        } catch {
            if text.isFirstReport() { onUnreadable(name, error) }
            return .unreadable
        }
    }
}
