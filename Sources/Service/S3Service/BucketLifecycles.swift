internal import Base
package import Engine
package import Lifecycle
internal import S3API
internal import XLMeta

/// The buckets' stored lifecycles, each parsed once and again when it was changed.
package final class BucketLifecycles: Sendable {
    private struct Parsed {
        let text: BucketText
        /// `nil` for one that cannot be read.
        let lifecycle: Lifecycle?
    }

    private let parsed = Locked<[String: Parsed]>([:])
    private let onUnreadable: @Sendable (_ bucket: String, _ reason: String) -> Void

    /// - Parameter onUnreadable: told once of each stored lifecycle that cannot be read, and so expires nothing.
    package init(onUnreadable: @escaping @Sendable (_ bucket: String, _ reason: String) -> Void = { _, _ in })
    {
        self.onUnreadable = onUnreadable
    }

    /// `nil` where there is none, or none that can be read.
    package func lifecycle(of bucket: Bucket) -> Lifecycle? {
        guard let text = bucket[.shared(.lifecycle)] else {
            parsed.withLock { _ = $0.removeValue(forKey: bucket.name) }
            return nil
        }
        if let known = parsed.withLock({ $0[bucket.name] }), known.text === text { return known.lifecycle }
        var lifecycle: Lifecycle?
        do throws(S3Error) {
            var number = 0
            let configuration = try LifecycleConfiguration(parsing: text.bytes, from: .drives) {
                number += 1
                return "rule-\(number)"
            }
            lifecycle = Lifecycle(configuration)
        } catch {
            onUnreadable(bucket.name, error.message)
        }
        parsed.withLock { $0[bucket.name] = Parsed(text: text, lifecycle: lifecycle) }
        return lifecycle
    }
}
