/// What the clients of one workload do, over and over.
enum Operation: String, Sendable {
    case put = "PUT"
    case get = "GET"
    /// Tidying up; never reported.
    case delete = "DELETE"
}

/// When a workload ends. A client finishes the request it is in.
enum RunLimit: Equatable, Sendable {
    case seconds(Int)
    /// Over all clients together.
    case operations(Int)

    /// The share of client `index`; `nil` when only time ends it.
    func operationCount(ofClient index: Int, clientCount: Int) -> Int? {
        switch self {
        case .seconds: nil
        case .operations(let count): count / clientCount + (index < count % clientCount ? 1 : 0)
        }
    }
}

/// What x-amz-content-sha256 says of a PUT's body.
enum PayloadForm: String, Sendable, CaseIterable {
    case unsigned
    case hashed
}
