import Base
import Checksums
import S3API
import S3Service
import Testing
import XLMeta

@testable import Engine
@testable import MultipartOperations

@Suite struct MultipartAssemblyTests {
    private func part(
        _ number: Int,
        _ content: [UInt8],
        size: Int64? = nil,
        _ algorithm: ChecksumAlgorithm? = nil
    ) -> UploadedPart {
        let digest = CopyDigest(computing: algorithm)
        content.withUnsafeBytes { digest.update($0) }
        let result = digest.finish()
        return UploadedPart(
            number: number,
            etag: result.etag.value,
            size: size ?? Int64(content.count),
            modified: Timestamp(seconds: 0),
            checksums: result.checksum.map { [($0.algorithm.rawValue, $0.text)] } ?? []
        )
    }

    private func code(_ work: () throws -> Void) -> S3Error.Code? {
        do {
            try work()
            return nil
        } catch {
            return (error as? S3Error)?.code
        }
    }

    @Test func theETagIsTheMD5OfMD5s() throws {
        // printf 'd41d8cd98f00b204e9800998ecf8427e' | xxd -r -p | md5sum
        let assembly = try MultipartAssembly([part(1, [])], nil)
        #expect(assembly.etag.value == "59adb24ef3cdbe0297f05b395827453f-1")
        #expect(assembly.size == 0)
        #expect(assembly.checksum == nil)
    }

    @Test(arguments: [ObjectSizes.partMin - 1, ObjectSizes.partMin])
    func onlyTheLastPartMayBeSmall(size: Int64) {
        let parts = [part(1, [1], size: size), part(2, [2])]
        #expect(
            code { _ = try MultipartAssembly(parts, nil) }
                == (size < ObjectSizes.partMin ? .entityTooSmall : nil)
        )
    }

    @Test func aCompletedObjectSaysWhichUploadItWas() throws {
        let upload = Upload(
            id: "the-id",
            bucket: "bucket",
            key: "key",
            initiated: Timestamp(seconds: 0),
            metadata: [("content-type", "text/plain")],
            internalMetadata: [(InternalMetadataKey.pendingUploadKey, Array("bucket/key".utf8))]
        )
        let metadata = try MultipartAssembly([part(1, [])], nil).metadata(of: upload)
        #expect(metadata.system.map(\.name) == ["x-minio-internal-martlet-upload"])
        #expect(metadata.system.map(\.value) == [Array("the-id".utf8)])
    }

    @Test(
        arguments: [
            (nil, [.sha1], nil), (.crc32, [.crc32, .crc32], nil), (.crc32, [.crc32, .sha256], .badDigest),
            (.crc32, [.crc32, nil], nil), (.crc64nvme, [nil], nil),
            (.crc64nvme, [.sha1], .badDigest),
        ] as [(ChecksumAlgorithm?, [ChecksumAlgorithm?], S3Error.Code?)]
    )
    func aCompletionRepeatsThePartsChecksums(
        upload: ChecksumAlgorithm?,
        parts: [ChecksumAlgorithm?],
        expected: S3Error.Code?
    ) throws {
        let parts = parts.enumerated().map { index, algorithm in
            S3API.CompleteMultipartUpload.Part(
                number: index + 1,
                etag: ETag("x"),
                checksums: algorithm.map { [RunningChecksum.of([], $0)] } ?? []
            )
        }
        let begun = upload.flatMap { checksum($0, $0.defaultKind) }
        #expect(code { try MultipartAssembly.checkChecksums(of: parts, begun) } == expected)
    }

    @Test func anObjectHasALargestSize() {
        let parts = (1...1025).map { part($0, [], size: 5 << 30) }
        #expect(code { _ = try MultipartAssembly(Array(parts.prefix(1024)), nil) } == nil)
        #expect(code { _ = try MultipartAssembly(parts, nil) } == .entityTooLarge)
    }

    @Test(arguments: [ChecksumAlgorithm.crc32, .crc32c, .crc64nvme])
    func aFullObjectChecksumIsThatOfAllBytes(algorithm: ChecksumAlgorithm) throws {
        let first = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
        let second = Array("and the rest".utf8)
        let upload = try #require(checksum(algorithm, .fullObject))
        let stored = objectChecksum(
            upload,
            parts: [
                (RunningChecksum.of(first, algorithm), Int64(first.count)),
                (RunningChecksum.of(second, algorithm), Int64(second.count)),
            ]
        )
        #expect(stored.checksum.bytes == RunningChecksum.of(first + second, algorithm).bytes)
        #expect(stored.kind == .fullObject)
        #expect(stored.checksum.partCount == nil)
    }

    @Test(arguments: [ChecksumAlgorithm.crc32, .crc32c, .sha1, .sha256])
    func aCompositeChecksumIsThatOfThePartsOnes(algorithm: ChecksumAlgorithm) throws {
        let values = [[UInt8](repeating: 1, count: 5), [2, 3]].map { RunningChecksum.of($0, algorithm) }
        let upload = try #require(checksum(algorithm, .composite))
        let stored = objectChecksum(upload, parts: values.map { ($0, 1) })
        let expected = RunningChecksum.of(values[0].bytes + values[1].bytes, algorithm)
        #expect(stored.checksum.text == "\(expected.text)-2")
        #expect(stored.partValues == values.map(\.bytes))
        #expect(try StoredChecksum.decode(stored.metadata.value) == [stored])
    }

    @Test func aPartWithoutTheUploadsChecksumIsRefused() throws {
        let upload = try #require(checksum(.crc32, .composite))
        #expect(code { _ = try MultipartAssembly([part(1, [1])], upload) } == .invalidPart)
        #expect(code { _ = try MultipartAssembly([part(1, [1], .crc32)], upload) } == nil)
    }

    @Test func whatTheClientNamesMustBeThere() throws {
        let stored = [part(1, [1], .crc32), part(3, [3])]
        func wanted(_ number: Int, _ etag: String, _ checksum: Checksum? = nil)
            -> S3API.CompleteMultipartUpload.Part
        {
            .init(number: number, etag: ETag(etag), checksums: checksum.map { [$0] } ?? [])
        }
        let right = RunningChecksum.of([1], .crc32)
        let wrong = RunningChecksum.of([2], .crc32)
        #expect(
            code {
                _ = try MultipartAssembly.match(
                    [wanted(1, stored[0].etag), wanted(3, stored[1].etag)],
                    with: stored
                )
            } == nil
        )
        #expect(
            code { _ = try MultipartAssembly.match([wanted(2, stored[0].etag)], with: stored) }
                == .invalidPart
        )
        #expect(
            code { _ = try MultipartAssembly.match([wanted(1, stored[1].etag)], with: stored) }
                == .invalidPart
        )
        #expect(
            code {
                _ = try MultipartAssembly.match([wanted(1, "\"\(stored[0].etag)\"", right)], with: stored)
            } == nil
        )
        #expect(
            code { _ = try MultipartAssembly.match([wanted(1, stored[0].etag, wrong)], with: stored) }
                == .invalidPart
        )
    }

    @Test func theUploadsOwnMetadataDoesNotReachTheObject() throws {
        let upload = Upload(
            id: "u",
            bucket: "b",
            key: "k",
            initiated: Timestamp(seconds: 0),
            metadata: [("content-type", "text/plain"), ("X-Amz-Meta-A", "1")]
                + (try #require(checksum(.crc32, .composite))).metadata,
            internalMetadata: [("x-minio-internal-martlet-key", []), ("x-minio-internal-other", [1])]
        )
        let metadata = try MultipartAssembly([part(1, [1], .crc32)], checksum(.crc32, .composite)).metadata(
            of: upload
        )
        #expect(metadata.user.map(\.name) == ["content-type", "X-Amz-Meta-A", "etag"])
        #expect(
            metadata.system.map(\.name) == [
                "x-minio-internal-other", "x-minio-internal-crc", "x-minio-internal-martlet-upload",
            ]
        )
    }

    private func checksum(_ algorithm: ChecksumAlgorithm, _ kind: ChecksumAlgorithm.Kind) -> UploadChecksum? {
        UploadChecksum(
            Upload(
                id: "",
                bucket: "",
                key: nil,
                initiated: Timestamp(seconds: 0),
                metadata: [
                    ("x-minio-multipart-checksum", algorithm.rawValue),
                    ("x-minio-multipart-checksum-type", kind.rawValue),
                ],
                internalMetadata: []
            )
        )
    }
}
