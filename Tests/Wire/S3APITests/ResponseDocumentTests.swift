import Base
import S3API
import Testing

let opening = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
let namespace = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""
let someone = Owner(id: "02d6", displayName: "minio")
let moment = Timestamp(nanoseconds: 1_770_886_177_123_999_999)
private let ownerText = "<ID>02d6</ID><DisplayName>minio</DisplayName>"

private func text(_ xml: [UInt8]) -> String {
    let text = String(decoding: xml, as: UTF8.self)
    #expect(text.hasPrefix(opening))
    return String(text.dropFirst(opening.count))
}

@Suite("documents are written byte for byte") struct ResponseDocumentTests {
    @Test func listAllMyBuckets() {
        let result = ListAllMyBucketsResult(owner: someone, buckets: [.init(name: "b", creationDate: moment)])
        #expect(
            text(result.xml)
                == "<ListAllMyBucketsResult \(namespace)><Owner>\(ownerText)</Owner><Buckets><Bucket><Name>b</Name><CreationDate>2026-02-12T08:49:37.123Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>"
        )
    }

    @Test func locations() {
        #expect(
            text(LocationConstraint(region: "us-east-1").xml)
                == "<LocationConstraint \(namespace)></LocationConstraint>"
        )
        #expect(
            text(LocationConstraint(region: "eu-1").xml)
                == "<LocationConstraint \(namespace)>eu-1</LocationConstraint>"
        )
    }

    @Test(
        arguments: [
            ("", "<TagSet></TagSet>"),
            ("a=1", "<TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet>"),
            (
                "b=%3C%C3%BC&key+two=a%2Bb+c&c=x=y&d",
                "<TagSet><Tag><Key>b</Key><Value>&lt;ü</Value></Tag>"
                    + "<Tag><Key>key two</Key><Value>a+b c</Value></Tag><Tag><Key>c</Key><Value>x=y</Value></Tag>"
                    + "<Tag><Key>d</Key><Value></Value></Tag></TagSet>"
            ),
        ]
    )
    func tagsAreReadFromTheirStoredForm(stored: String, set: String) throws {
        let tagging = try #require(Tagging(encoded: stored))
        #expect(text(tagging.xml) == "<Tagging \(namespace)>\(set)</Tagging>")
    }

    @Test(arguments: ["a=%", "%zz=1", "a=%ff", "a=1&b=%4"]) func malformedStoredTagsAreNotRead(stored: String)
    {
        #expect(Tagging(encoded: stored) == nil)
    }

    @Test func listBucketWithMarkers() {
        let object = ListedObject(
            key: "a&b",
            lastModified: moment,
            etag: ETag("e-2"),
            size: 7,
            owner: someone
        )
        let result = ListBucketResult(
            bucket: "b",
            prefix: "",
            delimiter: "/",
            maxKeys: 2,
            isTruncated: true,
            paging: .markers(marker: "", nextMarker: "c/"),
            contents: [object],
            commonPrefixes: ["c/"]
        )
        #expect(
            text(result.xml)
                == "<ListBucketResult \(namespace)><Name>b</Name><Prefix></Prefix><Marker></Marker><NextMarker>c/</NextMarker><MaxKeys>2</MaxKeys><Delimiter>/</Delimiter><IsTruncated>true</IsTruncated><Contents><Key>a&amp;b</Key><LastModified>2026-02-12T08:49:37.123Z</LastModified><ETag>\"e-2\"</ETag><Size>7</Size><Owner>\(ownerText)</Owner><StorageClass>STANDARD</StorageClass></Contents><CommonPrefixes><Prefix>c/</Prefix></CommonPrefixes></ListBucketResult>"
        )
    }

    @Test func listBucketWithTokens() {
        var object = ListedObject(key: "a b\u{1}+", lastModified: moment, etag: ETag("e"), size: 0)
        object.checksumAlgorithms = [.crc32]
        object.checksumKind = .fullObject
        let result = ListBucketResult(
            bucket: "b",
            prefix: "a ",
            maxKeys: 1000,
            isTruncated: false,
            paging: .tokens(continuationToken: "t+", startAfter: "a*", nextContinuationToken: nil),
            encoding: .url,
            contents: [object]
        )
        #expect(
            text(result.xml)
                == "<ListBucketResult \(namespace)><Name>b</Name><Prefix>a%20</Prefix><StartAfter>a*</StartAfter><ContinuationToken>t+</ContinuationToken><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><Contents><Key>a%20b%01%2B</Key><LastModified>2026-02-12T08:49:37.123Z</LastModified><ETag>\"e\"</ETag><Size>0</Size><StorageClass>STANDARD</StorageClass><ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType></Contents><EncodingType>url</EncodingType></ListBucketResult>"
        )
    }

    @Test func copies() {
        let result = CopyResult(.copyObject, lastModified: moment, etag: ETag("e"))
        let inside = "<LastModified>2026-02-12T08:49:37.123Z</LastModified><ETag>\"e\"</ETag>"
        #expect(text(result.xml) == "<CopyObjectResult \(namespace)>\(inside)</CopyObjectResult>")
        let part = CopyResult(
            .uploadPartCopy,
            lastModified: moment,
            etag: ETag("e"),
            checksums: [Checksum(.crc32, bytes: [0, 0, 0, 1])]
        )
        #expect(
            text(part.xml)
                == "<CopyPartResult \(namespace)>\(inside)<ChecksumCRC32>AAAAAQ==</ChecksumCRC32></CopyPartResult>"
        )
    }

    @Test func deletions() {
        let result = DeleteResult(entries: [
            .deleted(key: "a", versionID: nil, isDeleteMarker: true, deleteMarkerVersionID: "m"),
            .deleted(key: "b", versionID: "v", isDeleteMarker: false, deleteMarkerVersionID: nil),
            .failed(key: "c", versionID: nil, code: .accessDenied, message: "Access Denied."),
        ])
        #expect(
            text(result.xml)
                == "<DeleteResult \(namespace)><Deleted><Key>a</Key><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>m</DeleteMarkerVersionId></Deleted><Deleted><Key>b</Key><VersionId>v</VersionId></Deleted><Error><Key>c</Key><Code>AccessDenied</Code><Message>Access Denied.</Message></Error></DeleteResult>"
        )
    }

    @Test func multipartUploads() {
        #expect(
            text(InitiateMultipartUploadResult(bucket: "b", key: "k", uploadID: "u").xml)
                == "<InitiateMultipartUploadResult \(namespace)><Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId></InitiateMultipartUploadResult>"
        )
        let completed = CompleteMultipartUploadResult(
            location: "http://h/b/k",
            bucket: "b",
            key: "k",
            etag: ETag("e-1"),
            checksums: [Checksum(.crc32, bytes: [0, 0, 0, 1], partCount: 1)],
            checksumKind: .composite
        )
        #expect(
            text(completed.xml)
                == "<CompleteMultipartUploadResult \(namespace)><Location>http://h/b/k</Location><Bucket>b</Bucket><Key>k</Key><ETag>\"e-1\"</ETag><ChecksumCRC32>AAAAAQ==-1</ChecksumCRC32><ChecksumType>COMPOSITE</ChecksumType></CompleteMultipartUploadResult>"
        )
    }

    @Test func parts() {
        let result = ListPartsResult(
            bucket: "b",
            upload: ListedUpload(
                key: "k",
                uploadID: "u",
                initiator: someone,
                owner: someone,
                initiated: moment
            ),
            partNumberMarker: 0,
            nextPartNumberMarker: 1,
            maxParts: 1000,
            isTruncated: false,
            parts: [.init(number: 1, lastModified: moment, etag: ETag("e"), size: 5)]
        )
        #expect(
            text(result.xml)
                == "<ListPartsResult \(namespace)><Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId><Initiator>\(ownerText)</Initiator><Owner>\(ownerText)</Owner><StorageClass>STANDARD</StorageClass><PartNumberMarker>0</PartNumberMarker><NextPartNumberMarker>1</NextPartNumberMarker><MaxParts>1000</MaxParts><IsTruncated>false</IsTruncated><Part><PartNumber>1</PartNumber><LastModified>2026-02-12T08:49:37.123Z</LastModified><ETag>\"e\"</ETag><Size>5</Size></Part></ListPartsResult>"
        )
    }

    @Test func pendingUploads() {
        let result = ListMultipartUploadsResult(
            bucket: "b",
            maxUploads: 1000,
            isTruncated: false,
            uploads: [.init(key: "k", uploadID: "u", initiator: someone, owner: someone, initiated: moment)],
            commonPrefixes: ["p/"]
        )
        #expect(
            text(result.xml)
                == "<ListMultipartUploadsResult \(namespace)><Bucket>b</Bucket><KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker><NextKeyMarker></NextKeyMarker><NextUploadIdMarker></NextUploadIdMarker><Prefix></Prefix><MaxUploads>1000</MaxUploads><IsTruncated>false</IsTruncated><Upload><Key>k</Key><UploadId>u</UploadId><Initiator>\(ownerText)</Initiator><Owner>\(ownerText)</Owner><StorageClass>STANDARD</StorageClass><Initiated>2026-02-12T08:49:37.123Z</Initiated></Upload><CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes></ListMultipartUploadsResult>"
        )
    }

    @Test(arguments: [
        ("a b", "a%20b"), ("a+b", "a%2Bb"), ("a/b", "a/b"), ("~", "%7E"), ("-_.*", "-_.*"), ("é", "%C3%A9"),
        ("\u{1}", "%01"),
        ("%", "%25"), ("", ""), ("a&b=c\"", "a%26b%3Dc%22"),
    ])
    func keysAreURLEncodedAsClientsDecodeThem(key: String, encoded: String) {
        #expect(ListingEncoding.url.encode(key) == encoded)
        #expect(ListingEncoding.plain.encode(key) == key)
    }
}
