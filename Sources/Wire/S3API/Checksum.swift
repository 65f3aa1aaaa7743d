internal import Base

/// A checksum's value.
package struct Checksum: Sendable, Hashable {
    package let algorithm: ChecksumAlgorithm
    /// ``ChecksumAlgorithm/size`` of them.
    package let bytes: [UInt8]
    /// Only in a composite one: the number of parts it was made of.
    package let partCount: Int?

    package init(_ algorithm: ChecksumAlgorithm, bytes: [UInt8], partCount: Int? = nil) {
        precondition(bytes.count == algorithm.size)
        self.algorithm = algorithm
        self.bytes = bytes
        self.partCount = partCount
    }

    /// Reads base64, with `-` and the number of parts behind it where it is composite; `nil` for anything
    /// else, such as a value of another length.
    package init?(_ algorithm: ChecksumAlgorithm, text: some StringProtocol) {
        let pieces = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = pieces.first, first.utf8.count == algorithm.textSize,
            let bytes = Base64.standard.decode(first), bytes.count == algorithm.size
        else { return nil }
        var partCount: Int?
        if pieces.count == 2 {
            guard let count = Int(pieces[1]), (1...10_000).contains(count), String(count) == pieces[1] else {
                return nil
            }
            partCount = count
        }
        self.init(algorithm, bytes: bytes, partCount: partCount)
    }

    package var kind: ChecksumAlgorithm.Kind { partCount == nil ? .fullObject : .composite }

    /// As it stands in headers and documents.
    package var text: String {
        Base64.standard.encode(bytes) + (partCount.map { "-\($0)" } ?? "")
    }
}

/// What an upload says about its checksum.
package enum DeclaredChecksum: Sendable, Hashable {
    case none
    /// In a header: to be compared with what is computed.
    case value(Checksum)
    /// It comes behind the body.
    case trailing(ChecksumAlgorithm)

    /// - Parameter header: answers a header's value by its name in lower case.
    /// - Parameter trailerNames: the fields announced in x-amz-trailer, lower case.
    /// - Throws: ``S3Error/Code-swift.enum/invalidRequest`` for more than one checksum, a value that is
    ///   none, or an x-amz-sdk-checksum-algorithm that contradicts it or is unknown.
    package init(header: (_ name: String) -> String?, trailerNames: [String] = []) throws(S3Error) {
        var found: [DeclaredChecksum] = []
        for algorithm in ChecksumAlgorithm.allCases {
            if let text = header(algorithm.headerName) {
                guard let checksum = Checksum(algorithm, text: text), checksum.partCount == nil else {
                    throw S3Error(.invalidRequest, "Value for \(algorithm.headerName) header is invalid.")
                }
                found.append(.value(checksum))
            }
            if trailerNames.contains(algorithm.headerName) { found.append(.trailing(algorithm)) }
        }
        guard found.count <= 1 else {
            throw S3Error(
                .invalidRequest,
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
            )
        }
        self = found.first ?? .none
        try check(sdkAlgorithm: header(S3Header.sdkChecksumAlgorithm))
    }

    package var algorithm: ChecksumAlgorithm? {
        switch self {
        case .none: nil
        case .value(let checksum): checksum.algorithm
        case .trailing(let algorithm): algorithm
        }
    }

    /// SDKs name the algorithm apart from the value. A lone name, as DeleteObjects with Content-MD5 sends
    /// it, is no contradiction.
    private func check(sdkAlgorithm name: String?) throws(S3Error) {
        guard let name, let algorithm else { return }
        guard ChecksumAlgorithm(name: name) == algorithm else {
            throw S3Error(.invalidRequest, "Value for x-amz-sdk-checksum-algorithm header is invalid.")
        }
    }
}
