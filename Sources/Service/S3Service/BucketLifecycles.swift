package import Engine
package import Lifecycle
internal import S3API
internal import XLMeta

/// The buckets' stored lifecycles.
package struct BucketLifecycles: Sendable {
    private let onUnreadable: @Sendable (_ bucket: String, _ reason: String) -> Void

    /// - Parameter onUnreadable: told once of each stored lifecycle that cannot be read, and so expires nothing.
    package init(onUnreadable: @escaping @Sendable (_ bucket: String, _ reason: String) -> Void = { _, _ in })
    {
        self.onUnreadable = onUnreadable
    }

    /// `nil` where there is none, or none that can be read.
    package func lifecycle(of bucket: Bucket) -> Lifecycle? {
        guard let text = bucket[.shared(.lifecycle)] else { return nil }
        do throws(S3Error) {
            return try text.parsed { bytes throws(S3Error) in
                var number = 0
                let configuration = try LifecycleConfiguration(parsing: bytes, from: .drives) {
                    number += 1
                    return "rule-\(number)"
                }
                return Lifecycle(configuration)
            }
        } catch {
            if text.isFirstReport() { onUnreadable(bucket.name, error.message) }
            return nil
        }
    }
}
