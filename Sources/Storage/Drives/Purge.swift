/// Files and folders that a finished transaction has left behind. They go once a sync has made the end of its
/// intent durable, because until then a crash could bring the transaction back.
struct Purge: Sendable {
    var paths: [String]
    /// The intent under its other name: goes last.
    var record: String?

    var isEmpty: Bool { paths.isEmpty && record == nil }
}
