import Base
import Foundation
import S3API
import TestSupport
import Testing

extension Botocore {
    private static let parsingScript = """
        import base64, json, sys
        import botocore.handlers, botocore.parsers, botocore.session

        model = botocore.session.get_session().get_service_model("s3")
        parser = botocore.parsers.create_parser("rest-xml")
        decoders = {
            "ListObjects": botocore.handlers.decode_list_object,
            "ListObjectsV2": botocore.handlers.decode_list_object_v2,
        }
        for line in sys.stdin:
            operation, status, body = line.split()
            response = {"status_code": int(status), "headers": {}, "body": base64.b64decode(body), "context": {}}
            parsed = parser.parse(response, model.operation_model(operation).output_shape)
            if operation in decoders:
                decoders[operation](parsed=parsed, context={"encoding_type_auto_set": True})
            parsed.pop("ResponseMetadata", None)
            print(json.dumps(parsed, default=lambda value: value.isoformat(), sort_keys=True))
        """

    /// What botocore makes of operations' answers, each as JSON with sorted names.
    fileprivate static func parse(_ answers: [(operation: String, status: Int, body: [UInt8])]) throws
        -> [String]
    {
        let lines = answers.map { "\($0.operation) \($0.status) \(Base64.standard.encode($0.body))\n" }
        let parsed = try run(parsingScript, input: lines.joined()).split(separator: "\n").map { String($0) }
        try #require(parsed.count == answers.count)
        return parsed
    }
}

@Suite(
    "botocore reads our documents",
    .enabled(if: Botocore.isImportable, Comment(rawValue: Botocore.absence))
)
struct BotocoreParsingTests {
    private let time = #""2026-02-12T08:49:37.123000+00:00""#
    private let owner = #"{"DisplayName": "minio", "ID": "02d6"}"#

    private func listing(_ key: String) -> ListBucketResult {
        ListBucketResult(
            bucket: "b",
            prefix: key,
            maxKeys: 10,
            isTruncated: true,
            paging: .tokens(continuationToken: nil, startAfter: key, nextContinuationToken: "n=="),
            encoding: .url,
            contents: [
                ListedObject(key: key, lastModified: moment, etag: ETag("e-2"), size: 5, owner: someone)
            ],
            commonPrefixes: [key + "/"]
        )
    }

    @Test func listingsWithKeysEncodedAndDecodedAgain() throws {
        let keys = ["a b+c%/é~*\"<&", "\u{1}\u{1f}", "\u{fffe}", "a\r\nb", "e\u{301}"]
        for (key, text) in zip(keys, try Botocore.parse(keys.map { ("ListObjectsV2", 200, listing($0).xml) }))
        {
            let found = try #require(
                try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            )
            let contents = try #require((found["Contents"] as? [[String: Any]])?.first)
            let prefix = (found["CommonPrefixes"] as? [[String: String]])?.first?["Prefix"]
            #expect((contents["Key"] as? String).map { Array($0.utf8) } == Array(key.utf8))
            #expect((found["Prefix"] as? String).map { Array($0.utf8) } == Array(key.utf8))
            #expect((found["StartAfter"] as? String).map { Array($0.utf8) } == Array(key.utf8))
            #expect(prefix.map { Array($0.utf8) } == Array("\(key)/".utf8))
            #expect(contents["ETag"] as? String == "\"e-2\"")
            #expect(contents["Size"] as? Int == 5)
            #expect(found["KeyCount"] as? Int == 2)
            #expect(found["NextContinuationToken"] as? String == "n==")
            #expect(found["IsTruncated"] as? Bool == true)
        }
    }

    @Test func everythingElse() throws {
        let buckets = ListAllMyBucketsResult(
            owner: someone,
            buckets: [.init(name: "b", creationDate: moment)]
        )
        let parts = ListPartsResult(
            bucket: "b",
            upload: ListedUpload(
                key: "k",
                uploadID: "u",
                initiator: someone,
                owner: someone,
                initiated: moment,
                checksumAlgorithm: .crc32,
                checksumKind: .composite
            ),
            partNumberMarker: 0,
            nextPartNumberMarker: 1,
            maxParts: 1,
            isTruncated: true,
            parts: [
                .init(
                    number: 1,
                    lastModified: moment,
                    etag: ETag("e"),
                    size: 5,
                    checksums: [Checksum(.crc32, bytes: [0, 0, 0, 1])]
                )
            ]
        )
        let uploads = ListMultipartUploadsResult(
            bucket: "b",
            maxUploads: 1,
            isTruncated: false,
            uploads: [.init(key: "k", uploadID: "u", initiator: someone, owner: someone, initiated: moment)]
        )
        let deletion = DeleteResult(entries: [
            .deleted(key: "a", versionID: nil, isDeleteMarker: true, deleteMarkerVersionID: "m"),
            .failed(key: "c", versionID: "v", code: .accessDenied, message: "No."),
        ])
        let copy = CopyResult(.copyObject, lastModified: moment, etag: ETag("e"))
        let error = S3Error(.noSuchKey, bucket: "b", key: "k").xml(
            resource: "/b/k",
            requestID: "r",
            hostID: "h"
        )
        let parsed = try Botocore.parse([
            ("ListBuckets", 200, buckets.xml), ("ListParts", 200, parts.xml),
            ("ListMultipartUploads", 200, uploads.xml),
            ("DeleteObjects", 200, deletion.xml), ("CopyObject", 200, copy.xml), ("GetObject", 404, error),
        ])
        #expect(parsed[0] == #"{"Buckets": [{"CreationDate": \#(time), "Name": "b"}], "Owner": \#(owner)}"#)
        #expect(
            parsed[1]
                == #"{"Bucket": "b", "ChecksumAlgorithm": "CRC32", "ChecksumType": "COMPOSITE", "Initiator": \#(owner), "IsTruncated": true, "Key": "k", "MaxParts": 1, "NextPartNumberMarker": 1, "Owner": \#(owner), "PartNumberMarker": 0, "Parts": [{"ChecksumCRC32": "AAAAAQ==", "ETag": "\"e\"", "LastModified": \#(time), "PartNumber": 1, "Size": 5}], "StorageClass": "STANDARD", "UploadId": "u"}"#
        )
        #expect(
            parsed[2].contains(
                #""Uploads": [{"Initiated": \#(time), "Initiator": \#(owner), "Key": "k", "Owner": \#(owner), "StorageClass": "STANDARD", "UploadId": "u"}]"#
            )
        )
        #expect(
            parsed[3]
                == #"{"Deleted": [{"DeleteMarker": true, "DeleteMarkerVersionId": "m", "Key": "a"}], "Errors": [{"Code": "AccessDenied", "Key": "c", "Message": "No.", "VersionId": "v"}]}"#
        )
        #expect(parsed[4] == #"{"CopyObjectResult": {"ETag": "\"e\"", "LastModified": \#(time)}}"#)
        #expect(parsed[5].contains(#""Code": "NoSuchKey""#))
        #expect(parsed[5].contains(#""Message": "The specified key does not exist.""#))
    }
}
