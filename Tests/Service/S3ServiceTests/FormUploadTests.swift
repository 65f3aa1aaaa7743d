import Base
import Bytes
import HTTP
import S3API
import S3Service
import ServiceTestSupport
import TestSupport
import Testing

private let boundary = "b0undary"
private let fields =
    "--\(boundary)\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na/${filename}\r\n"
    + "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n"
private let ending = "\r\n--\(boundary)--\r\n"

private func head(size: Int) throws -> RequestHead {
    let type = "Content-Type: multipart/form-data; boundary=\(boundary)"
    return try request("POST", "/bucket", [type, "Content-Length: \(size)"]).head
}

private struct Uploaded: Equatable {
    var key: String
    var content: [UInt8]
}

/// What a form makes of bytes that come, and are asked for, in pieces of these sizes.
private func upload(
    _ bytes: [UInt8],
    pieceSize: Int = .max,
    bufferSize: Int = 4096,
    sizes: ClosedRange<Int64>? = nil,
    failure: S3Error? = nil
) async throws -> Uploaded {
    let source = MemorySource(bytes, pieceSize: pieceSize, failure: failure)
    let upload = try await FormUpload(source, head: try head(size: bytes.count))
    if let sizes { try upload.require(sizes) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 16)
    defer { buffer.deallocate() }
    var content: [UInt8] = []
    while true {
        let count = try await upload.read(into: buffer)
        guard count > 0 else { break }
        content += buffer[..<count]
    }
    // The end stays the end.
    #expect(try await upload.read(into: buffer) == 0)
    return Uploaded(key: try upload.form.key, content: content)
}

private func code(_ upload: () async throws -> Uploaded) async -> S3Error.Code? {
    do {
        _ = try await upload()
        return nil
    } catch {
        return (error as? S3Error)?.code
    }
}

@Suite("the file of a form") struct FormUploadTests {
    /// Full of what looks like a boundary.
    private static let content = Array(
        "\r\n--\(boundary)x\r\n--b0undar\r\r\n\r\n--\(boundary)-\r\n--\(boundary)\n--\(boundary)--".utf8
    )
    private static let whole = Array(fields.utf8) + content + Array(ending.utf8)

    @Test(arguments: Array(1...80) + [Int.max], [1, 2, 3, 7, 4096])
    func piecesOfAnySizeGiveTheSameContent(pieceSize: Int, bufferSize: Int) async throws {
        let found = try await upload(Self.whole, pieceSize: pieceSize, bufferSize: bufferSize)
        #expect(found == Uploaded(key: "a/f", content: Self.content))
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 200_000], [1000, 16_384, Int.max])
    func largeContentGoesThroughTheWindow(size: Int, pieceSize: Int) async throws {
        let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 % 11 == 0 ? 13 : $0) }
        let bytes = Array(fields.utf8) + content + Array(ending.utf8)
        let found = try await upload(bytes, pieceSize: pieceSize)
        #expect(found.content == content)
    }

    @Test func whatFollowsTheFileMeansNothingAndHasABound() async throws {
        let more =
            "\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nother\r\n--\(boundary)--"
        let bytes = Array(fields.utf8) + Array("x".utf8) + Array(more.utf8)
        #expect(try await upload(bytes) == Uploaded(key: "a/f", content: Array("x".utf8)))
        let tooMuch = bytes + [UInt8](repeating: 0, count: UploadForm.sizeMax)
        #expect(await code { try await upload(tooMuch) } == .malformedPOSTRequest)
    }

    @Test func everyPlaceWhereItIsCutIsAnError() async throws {
        for count in 0..<(Self.whole.count - 4) {
            let found = await code { try await upload(Array(Self.whole.prefix(count))) }
            #expect(found == .malformedPOSTRequest, "after \(count) bytes")
        }
        #expect(await code { try await upload(Array(Self.whole.dropLast(2))) } == nil)
    }

    @Test func whatTheConnectionFailsWithIsTold() async throws {
        let bytes = Array(Self.whole.dropLast(20))
        let found = await code { try await upload(bytes, failure: S3Error(.requestTimeout)) }
        #expect(found == .requestTimeout)
    }

    @Test func theSizeOfTheFileIsBounded() async throws {
        let size = Int64(Self.content.count)
        #expect(await code { try await upload(Self.whole, sizes: size...size) } == nil)
        #expect(await code { try await upload(Self.whole, sizes: 0...(size - 1)) } == .entityTooLarge)
        #expect(
            await code { try await upload(Self.whole, sizes: (size + 1)...(size + 1)) } == .entityTooSmall
        )
        let huge: ClosedRange<Int64> = (6 << 30)...Int64.max
        #expect(await code { try await upload(Self.whole, sizes: huge) } == .entityTooSmall)
        #expect(
            await code { try await upload(Self.whole, sizes: (size + 99)...(size + 99)) } == .entityTooSmall
        )
    }

    @Test func fieldsHaveABound() async throws {
        let field = "--\(boundary)\r\nContent-Disposition: form-data; name=\"x-ignore-a\"\r\n\r\n"
        let room = UploadForm.sizeMax - field.utf8.count - 2 - fields.utf8.count
        func bytes(_ size: Int) -> [UInt8] {
            Array("\(field)\(String(repeating: "x", count: size))\r\n\(fields)\(ending)".utf8)
        }
        #expect(try await upload(bytes(room)) == Uploaded(key: "a/f", content: []))
        #expect(await code { try await upload(bytes(room + 1)) } == .maxPostPreDataLengthExceeded)
    }

    @Test func theRequestSaysHowLargeItIsAndThatItIsAForm() async throws {
        for (lines, expected) in [
            (["Content-Type: multipart/form-data; boundary=b"], S3Error.Code.missingContentLength),
            (
                ["Content-Type: multipart/form-data; boundary=b", "Transfer-Encoding: chunked"],
                .missingContentLength
            ),
            (["Content-Type: multipart/form-data", "Content-Length: 1"], .malformedPOSTRequest),
            (
                ["Content-Type: multipart/form-data; boundary=b", "Content-Length: 5368840193"],
                .entityTooLarge
            ),
        ] {
            let head = try request("POST", "/bucket", lines).head
            do {
                _ = try await FormUpload(MemorySource([], failure: S3Error(.internalError)), head: head)
                Issue.record("\(lines) was taken")
            } catch {
                #expect(error.code == expected, "\(lines)")
            }
        }
    }

    @Test(arguments: 0..<32 as Range<UInt64>) func mutatedUploadsAreReadOrRefused(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let bytes = mutated(Self.whole, using: &random)
            let pieceSize = Int.random(in: 1...40, using: &random)
            do {
                let found = try await upload(bytes)
                #expect(found.content.count < bytes.count)
                #expect(try await upload(bytes, pieceSize: pieceSize, bufferSize: 5) == found)
            } catch let error as S3Error {
                #expect(error.status == 400)
                #expect(await code { try await upload(bytes, pieceSize: pieceSize) } == error.code)
            }
        }
    }
}
