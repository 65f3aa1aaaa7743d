/// One row of the report before it has run.
struct Workload: Sendable {
    var operation: Operation
    /// Bytes in an object.
    var size: Int
    var limit: RunLimit
    var objects: ObjectChoice

    /// Which objects the requests name.
    enum ObjectChoice: Sendable {
        /// Client `c` of `n` takes the numbers c, c + n, c + 2n, …, modulo `keyCount` where there is one.
        case fresh(keyCount: Int?)
        /// The clients walk round through these; not empty.
        case known([Int])
    }

    /// The number of the object of a client's request; `turn` counts that client's requests.
    func objectNumber(turn: Int, client: Int, clientCount: Int) -> Int {
        switch objects {
        case .fresh(let keyCount):
            let number = client + turn * clientCount
            return keyCount.map { number % $0 } ?? number
        case .known(let numbers):
            // Sent off at equal distances; a run by count that covers the list once names each once.
            return numbers[(client + turn * clientCount) % numbers.count]
        }
    }
}

/// What one workload came to.
struct WorkloadResult: Sendable {
    var operation: Operation
    var size: Int
    /// From the common start to the last answer.
    var elapsed: Duration
    /// Nanoseconds of every right answer.
    var latencies: [Int]
    var errorCount: Int
    /// The first of each kind.
    var errorSamples: [RequestError]
    /// Objects known to be written, and those that may be.
    var written: Set<Int>
    var failed: Set<Int>
    /// The server's user and system time while it ran; `nil` when it cannot be read.
    var serverMicroseconds: Int?
    var clientMicroseconds: Int

    var operationCount: Int { latencies.count }
}
