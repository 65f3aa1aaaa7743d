internal import Base
package import Engine
package import S3API
internal import XLMeta

/// What the buckets' stored rules say of scripts from other origins. Rules are parsed once and again when they were
/// changed; whatever else is asked comes from memory.
package final class BucketCORS: Sendable {
    private struct Parsed {
        let text: BucketText
        let configuration: CORSConfiguration?
    }

    private let engine: Engine
    private let parsed = Locked<[String: Parsed]>([:])
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
        guard let text = bucket[.own(.cors)] else {
            parsed.withLock { _ = $0.removeValue(forKey: name) }
            return .none
        }
        let known = parsed.withLock { $0[name] }
        if let known, known.text === text { return known.configuration.map { .document($0) } ?? .unreadable }
        var configuration: CORSConfiguration?
        do throws(S3Error) {
            configuration = try CORSConfiguration(parsing: text.bytes)
        } catch {
            onUnreadable(name, error)
        }
        parsed.withLock { $0[name] = Parsed(text: text, configuration: configuration) }
        return configuration.map { .document($0) } ?? .unreadable
    }
}
