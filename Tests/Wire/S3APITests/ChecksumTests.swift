import S3API
import Testing

@Suite struct ChecksumTests {
    @Test(arguments: ChecksumAlgorithm.allCases) func namesAndSizesFit(algorithm: ChecksumAlgorithm) throws {
        #expect(ChecksumAlgorithm(headerName: algorithm.headerName) == algorithm)
        #expect(ChecksumAlgorithm(headerName: algorithm.headerName.uppercased()) == algorithm)
        #expect(ChecksumAlgorithm(name: algorithm.rawValue.lowercased()) == algorithm)
        let checksum = Checksum(algorithm, bytes: [UInt8](repeating: 0xff, count: algorithm.size))
        #expect(checksum.text.utf8.count == algorithm.textSize)
        #expect(Checksum(algorithm, text: checksum.text) == checksum)
        #expect(algorithm.supports(algorithm.defaultKind))
        let composite = try #require(Checksum(algorithm, text: "\(checksum.text)-3"))
        #expect(composite.partCount == 3)
        #expect(composite.kind == .composite)
        #expect(composite.text == "\(checksum.text)-3")
        for text in [
            "", "A", String(checksum.text.dropLast()), "\(checksum.text)A", "\(checksum.text)-",
            "\(checksum.text)-0",
            "\(checksum.text)-03", "\(checksum.text)-10001", "\(checksum.text)--1", "\(checksum.text)-1-1",
            checksum.text.replacing("/", with: "_"),
        ] { #expect(Checksum(algorithm, text: text) == nil, "\(text)") }
    }

    @Test func whatAMultipartUploadMayAskFor() {
        #expect(
            ChecksumAlgorithm.allCases.filter { $0.supports(.fullObject) } == [.crc32, .crc32c, .crc64nvme]
        )
        #expect(
            ChecksumAlgorithm.allCases.filter { $0.supports(.composite) } == [
                .crc32, .crc32c, .sha1, .sha256,
            ]
        )
        #expect(ChecksumAlgorithm.allCases.map(\.textSize) == [8, 8, 12, 28, 44])
    }

    @Test func anUploadDeclaresOneAtMost() throws {
        func declared(_ headers: [String: String], _ trailers: [String] = []) throws(S3Error)
            -> DeclaredChecksum
        {
            try DeclaredChecksum(header: { headers[$0] }, trailerNames: trailers)
        }
        #expect(try declared([:]) == .none)
        #expect(try declared(["x-amz-sdk-checksum-algorithm": "CRC32"]) == .none)
        #expect(try declared(["x-amz-checksum-crc32c": "sOO8/Q=="]).algorithm == .crc32c)
        #expect(try declared([:], ["x-amz-checksum-sha256"]) == .trailing(.sha256))
        #expect(
            try declared(["x-amz-sdk-checksum-algorithm": "sha256"], ["x-amz-checksum-sha256"])
                == .trailing(.sha256)
        )
        for (headers, trailers) in [
            (["x-amz-checksum-crc32c": "sOO8/Q==", "x-amz-checksum-crc32": "sOO8/Q=="], []),
            (["x-amz-checksum-crc32c": "sOO8/Q=="], ["x-amz-checksum-crc32c"]),
            (["x-amz-checksum-crc32c": ""], []),
            (["x-amz-checksum-crc32c": "sOO8/Q==-1"], []), (["x-amz-checksum-crc32c": "sOO8/Q"], []),
            (["x-amz-checksum-crc32c": "sOO8/Q==", "x-amz-sdk-checksum-algorithm": "CRC32"], []),
            (["x-amz-checksum-crc32c": "sOO8/Q==", "x-amz-sdk-checksum-algorithm": "MD4"], []),
        ] as [([String: String], [String])] {
            let error = #expect(throws: S3Error.self) { try declared(headers, trailers) }
            #expect(error?.code == .invalidRequest)
        }
    }
}

@Suite struct UserMetadataTests {
    @Test func itIsPickedFromAllHeaders() throws {
        let headers: [(name: String, value: String)] = [
            ("Host", "h"), ("X-Amz-Meta-B", "1"), ("x-amz-meta-a", "é"), ("x-amz-meta-b", "2"),
            ("x-amz-metadata-directive", "COPY"),
        ]
        let found = try UserMetadata(headers: headers)
        #expect(found.entries.map(\.name) == ["b", "a"])
        #expect(found.entries.map(\.value) == ["1,2", "é"])
    }

    @Test func itsSizeIsLimited() throws {
        let exact = String(repeating: "v", count: UserMetadata.sizeMax - 1)
        #expect(try UserMetadata(headers: [(name: "x-amz-meta-a", value: exact)]).entries.count == 1)
        let error = #expect(throws: S3Error.self) {
            try UserMetadata(headers: [(name: "x-amz-meta-a", value: exact + "v")])
        }
        #expect(error?.code == .metadataTooLarge)
        #expect(throws: S3Error.self) { try UserMetadata(headers: [(name: "x-amz-meta-", value: "v")]) }
    }
}
