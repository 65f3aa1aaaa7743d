import Base
import S3API
import TestSupport
import Testing

private func complete(_ inside: String) throws(S3Error) -> CompleteMultipartUpload {
    try CompleteMultipartUpload(
        parsing: Array("<CompleteMultipartUpload>\(inside)</CompleteMultipartUpload>".utf8)
    )
}

private func deletion(_ inside: String) throws(S3Error) -> DeleteRequest {
    try DeleteRequest(parsing: Array("<Delete \(namespace)>\(inside)</Delete>".utf8))
}

@Suite struct CompleteMultipartUploadTests {
    @Test func tagsMayBeQuotedAnyWay() throws {
        let found = try complete(
            """
            <Part><PartNumber>1</PartNumber><ETag>"a"</ETag></Part>
            <Part><ETag>&quot;b&quot;</ETag><PartNumber> 3 </PartNumber></Part>
            <Part><PartNumber>10000</PartNumber><ETag>c</ETag><ChecksumCRC32C>sOO8/Q==</ChecksumCRC32C></Part>
            """
        )
        #expect(found.parts.map(\.number) == [1, 3, 10_000])
        #expect(found.parts.map(\.etag) == [ETag("a"), ETag("b"), ETag("c")])
        #expect(found.parts[2].checksums.map(\.text) == ["sOO8/Q=="])
    }

    @Test(
        arguments: [
            ("", .malformedXML), ("<Part/>", .malformedXML),
            ("<Part><PartNumber>1</PartNumber></Part>", .malformedXML),
            ("<Part><ETag>a</ETag></Part>", .malformedXML),
            ("<Part><PartNumber>x</PartNumber><ETag>a</ETag></Part>", .malformedXML),
            ("<Part><PartNumber>0</PartNumber><ETag>a</ETag></Part>", .invalidArgument),
            ("<Part><PartNumber>10001</PartNumber><ETag>a</ETag></Part>", .invalidArgument),
            (
                "<Part><PartNumber>2</PartNumber><ETag>a</ETag></Part><Part><PartNumber>1</PartNumber><ETag>a</ETag></Part>",
                .invalidPartOrder
            ),
            (
                "<Part><PartNumber>1</PartNumber><ETag>a</ETag></Part><Part><PartNumber>1</PartNumber><ETag>a</ETag></Part>",
                .invalidPartOrder
            ),
            (
                "<Part><PartNumber>1</PartNumber><ETag>a</ETag><ChecksumCRC32>x</ChecksumCRC32></Part>",
                .invalidPart
            ),
            ("<Part>", .malformedXML),
        ] as [(String, S3Error.Code)]
    )
    func badListsAreRefused(inside: String, code: S3Error.Code) {
        let error = #expect(throws: S3Error.self) { try complete(inside) }
        #expect(error?.code == code)
    }

    @Test func tenThousandPartsAreRead() throws {
        func parts(_ numbers: ClosedRange<Int>) -> String {
            numbers.map {
                "<Part><PartNumber>\($0)</PartNumber><ETag>\"d41d8cd98f00b204e9800998ecf8427e\"</ETag></Part>"
            }.joined()
        }
        #expect(try complete(parts(1...10_000)).parts.count == 10_000)
        #expect(throws: S3Error(.malformedXML)) { try complete(parts(0...10_000)) }
    }
}

@Suite struct DeleteRequestTests {
    @Test func objectsKeepTheirOrder() throws {
        let found = try deletion(
            "<Quiet>true</Quiet><Object><Key> a&amp;b </Key></Object><Object><Key>c</Key><VersionId>v</VersionId></Object><Object><Key>c</Key><VersionId></VersionId></Object>"
        )
        #expect(found.objects == [.init(key: " a&b "), .init(key: "c", versionID: "v"), .init(key: "c")])
        #expect(found.isQuiet)
    }

    @Test func noConditionIsOverlooked() throws {
        let found = try deletion(
            "<Object><Key>k</Key><Size>0</Size><LastModifiedTime>Sun, 15 Jun 2025 15:06:40 GMT</LastModifiedTime></Object><Object><Key>k</Key><ETag>e</ETag></Object>"
        )
        let conditions = DeleteRequest.ContentConditions(
            size: 0,
            modified: Timestamp(seconds: 1_750_000_000)
        )
        #expect(
            found.objects == [.init(key: "k", conditions: conditions), .init(key: "k", etag: ETag("e"))]
        )
        for unreadable in ["<Size/>", "<Size>-1</Size>", "<LastModifiedTime>now</LastModifiedTime>"] {
            #expect(throws: S3Error(.malformedXML)) {
                try deletion("<Object><Key>k</Key>\(unreadable)</Object>")
            }
        }
    }

    @Test func aThousandObjectsAreTheMost() throws {
        let object = "<Object><Key>k</Key></Object>"
        #expect(try deletion(String(repeating: object, count: 1000)).objects.count == 1000)
        #expect(throws: S3Error(.malformedXML)) { try deletion(String(repeating: object, count: 1001)) }
        #expect(throws: S3Error(.malformedXML)) { try deletion("") }
        #expect(throws: S3Error(.malformedXML)) { try deletion("<Object><VersionId>v</VersionId></Object>") }
    }

    @Test func bodiesThatAreTooLargeAreRefusedUnread() {
        let error = #expect(throws: S3Error.self) {
            try DeleteRequest(parsing: [UInt8](repeating: 0x20, count: DeleteRequest.sizeMax + 1))
        }
        #expect(error?.code == .maxMessageLengthExceeded)
    }
}

@Suite struct CreateBucketConfigurationTests {
    @Test(
        arguments: [
            ("", nil), ("<CreateBucketConfiguration/>", nil),
            (
                "<CreateBucketConfiguration \(namespace)><LocationConstraint>eu-1</LocationConstraint></CreateBucketConfiguration>",
                "eu-1"
            ),
            (
                "<CreateBucketConfiguration><LocationConstraint> </LocationConstraint></CreateBucketConfiguration>",
                nil
            ),
        ] as [(String, String?)]
    )
    func locations(text: String, location: String?) throws {
        #expect(try CreateBucketConfiguration(parsing: Array(text.utf8)).locationConstraint == location)
    }

    @Test(arguments: ["x", "<Other/>", "<!DOCTYPE a><CreateBucketConfiguration/>"])
    func otherBodiesAreRefused(text: String) {
        let error = #expect(throws: S3Error.self) { try CreateBucketConfiguration(parsing: Array(text.utf8)) }
        #expect(error?.code == .malformedXML)
    }
}

@Suite("mutated input is read or refused") struct RequestFuzzTests {
    @Test(arguments: 0..<32 as Range<UInt64>) func documents(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let deletion =
            "<Delete><Quiet>1</Quiet><Object><Key>k&amp;</Key><VersionId>v</VersionId><ETag>\"e\"</ETag></Object></Delete>"
        let upload =
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"a\"</ETag><ChecksumCRC32>AAAAAQ==</ChecksumCRC32></Part></CompleteMultipartUpload>"
        for _ in 0..<200 {
            do throws(S3Error) {
                let found = try DeleteRequest(parsing: mutated(Array(deletion.utf8), using: &generator))
                #expect((1...1000).contains(found.objects.count))
            } catch { #expect(error.code == .malformedXML) }
            do throws(S3Error) {
                let found = try CompleteMultipartUpload(
                    parsing: mutated(Array(upload.utf8), using: &generator)
                )
                #expect(found.parts.allSatisfy { (1...10_000).contains($0.number) })
            } catch { #expect(error.status == 400) }
        }
    }

    @Test(arguments: 0..<32 as Range<UInt64>) func accessDocuments(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let owner = Owner(id: "a1", displayName: "&")
        let list = CannedACL.bucketOwnerRead.policy(
            owner: owner,
            bucketOwner: Owner(id: "b2", displayName: "")
        )
        let controls = OwnershipControls(.objectWriter).xml
        let block = PublicAccessBlockConfiguration.everything.xml
        for _ in 0..<200 {
            do throws(S3Error) {
                let found = try AccessControlPolicy(parsing: mutated(list.xml, using: &generator))
                #expect(found.grants.count <= AccessControlPolicy.grantsMax)
                #expect(try AccessControlPolicy(parsing: found.xml) == found)
            } catch { #expect(error.status == 400) }
            do throws(S3Error) {
                let found = try OwnershipControls(parsing: mutated(controls, using: &generator))
                #expect(try OwnershipControls(parsing: found.xml) == found)
            } catch { #expect(error.code == .malformedXML) }
            do throws(S3Error) {
                let found = try PublicAccessBlockConfiguration(parsing: mutated(block, using: &generator))
                #expect(try PublicAccessBlockConfiguration(parsing: found.xml) == found)
            } catch { #expect(error.code == .malformedXML) }
        }
    }

    @Test(arguments: 0..<32 as Range<UInt64>) func values(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let query = mutated(Array("list-type=2&prefix=a%20b&max-keys=3&%61".utf8), using: &generator)
            if let found = try? QueryString(ArraySlice(query)) {  // A refusal is as good as an answer here.
                #expect(found.items.count <= query.count)
            }
            let path = mutated(Array("/bucket/a%20b//c".utf8), using: &generator)
            if let found = try? S3Path(path: ArraySlice(path), host: "b.h:1", domains: ["h"]) {  // As above.
                #expect(found.bucket == "b")
            }
            let source = mutated(Array("/bucket/a%20b?versionId=x".utf8), using: &generator)
            if let found = try? CopySource(String(decoding: source, as: UTF8.self)) {  // As above.
                #expect(!found.bucket.isEmpty && !found.key.isEmpty)
            }
            let range = String(
                decoding: mutated(Array("bytes=12-345".utf8), using: &generator),
                as: UTF8.self
            )
            if let found = try? ByteRange(range)?.resolve(size: 100) {  // As above.
                #expect(!found.isEmpty && found.upperBound <= 100)
            }
            _ = ETagList(
                String(decoding: mutated(Array("\"a\", W/\"b\"".utf8), using: &generator), as: UTF8.self)
            )
        }
    }
}
