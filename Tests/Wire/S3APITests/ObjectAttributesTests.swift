import Base
import S3API
import TestSupport
import Testing

@Suite struct ObjectAttributesTests {
    @Test(
        arguments: [
            ("ETag", [.etag]), ("ETag,ObjectSize", [.etag, .size]),
            ("Checksum, ObjectParts ,StorageClass,", [.checksum, .parts, .storageClass]),
        ] as [(String, Set<ObjectAttribute>)]
    )
    func namesStandBetweenCommas(header: String, expected: Set<ObjectAttribute>) throws {
        #expect(try ObjectAttribute.parse(header) == expected)
    }

    @Test(arguments: ["", ",", "etag", "ETag,Owner", "ETag;ObjectSize"])
    func otherNamesAreRefused(header: String) {
        let error = #expect(throws: S3Error.self) { try ObjectAttribute.parse(header) }
        #expect(error?.code == .invalidArgument)
    }

    @Test(arguments: 0..<16 as Range<UInt64>) func mutatedNamesAreReadOrRefused(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let header = String(
                decoding: mutated(Array("ETag,Checksum, ObjectSize".utf8), using: &generator),
                as: UTF8.self
            )
            do throws(S3Error) {
                #expect(!(try ObjectAttribute.parse(header)).isEmpty)
            } catch { #expect(error.code == .invalidArgument) }
        }
    }

    @Test(
        arguments: [
            (0, 1000, [1, 3, 5], false), (0, 2, [1, 3], true), (0, 3, [1, 3, 5], false), (1, 1, [3], true),
            (2, 1, [3], true), (3, 1, [5], false), (5, 10, [], false), (0, 0, [], false),
        ] as [(Int, Int, [Int], Bool)]
    )
    func partsComeInPages(marker: Int, partsMax: Int, numbers: [Int], isTruncated: Bool) {
        let all = [1, 3, 5].map { ObjectAttributesResult.Part(number: $0, size: 7) }
        let page = ObjectAttributesResult.Parts(of: all, after: marker, partsMax: partsMax)
        #expect(page.parts.map(\.number) == numbers)
        #expect(page.isTruncated == isTruncated)
        #expect(page.totalCount == 3)
    }

    @Test func onlyWhatIsThereIsWritten() throws {
        var result = ObjectAttributesResult()
        #expect(
            String(decoding: result.xml, as: UTF8.self)
                == opening + "<GetObjectAttributesResponse \(namespace)></GetObjectAttributesResponse>"
        )
        let checksum = try #require(Checksum(.crc32, text: "AAAAAQ=="))
        result.etag = ETag("e-1")
        result.checksums = [checksum]
        result.checksumKind = .fullObject
        result.parts = .init(of: [.init(number: 1, size: 5, checksums: [checksum])], after: 0, partsMax: 9)
        result.storageClass = "STANDARD"
        result.size = 5
        #expect(
            String(decoding: result.xml, as: UTF8.self)
                == opening
                + "<GetObjectAttributesResponse \(namespace)><ETag>e-1</ETag><Checksum><ChecksumCRC32>AAAAAQ==</ChecksumCRC32>"
                + "<ChecksumType>FULL_OBJECT</ChecksumType></Checksum><ObjectParts><PartsCount>1</PartsCount>"
                + "<PartNumberMarker>0</PartNumberMarker><NextPartNumberMarker>1</NextPartNumberMarker><MaxParts>9</MaxParts>"
                + "<IsTruncated>false</IsTruncated><Part><PartNumber>1</PartNumber><Size>5</Size>"
                + "<ChecksumCRC32>AAAAAQ==</ChecksumCRC32></Part></ObjectParts><StorageClass>STANDARD</StorageClass>"
                + "<ObjectSize>5</ObjectSize></GetObjectAttributesResponse>"
        )
    }
}
