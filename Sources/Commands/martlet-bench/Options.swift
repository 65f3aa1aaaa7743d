/// A checked command line.
struct Options: Equatable, Sendable {
    var endpoint: Endpoint
    var allowRemote = false
    var accessKey: String
    var secretKey: String
    var region = "us-east-1"
    var bucket = "martlet-bench"
    /// In the order they run.
    var operations: [Operation] = [.put, .get]
    /// Bytes, in the order they run.
    var sizes = [4 << 10, 1 << 20]
    var clientCount = 16
    var limit = RunLimit.seconds(5)
    /// Distinct keys of a PUT workload; `nil`: every PUT writes a new one.
    var keyCount: Int?
    var payload = PayloadForm.unsigned
    /// The server's process; `nil`: look for it.
    var serverPID: Int32?
    /// Few and many: how many users the server is to know while reads are measured; `nil`: objects are measured.
    var userCounts: UserCounts?
    /// How many versions one key is to get while requests for it are measured; `nil`: objects are measured.
    var versionCount: Int?
    /// How many objects are to be listed in pages; `nil`: objects are measured.
    var listedKeyCount: Int?
    var printsJSON = false
    var keepsObjects = false

    /// Keys a run without PUTs writes first, where the command line does not say.
    static let readKeyCount = 256
}

struct UserCounts: Equatable, Sendable {
    var few: Int
    var many: Int

    /// More is more than an archive holds.
    static let max = 100_000
}

/// What the command line asks for.
enum Invocation: Equatable, Sendable {
    case help
    case run(Options)
}
