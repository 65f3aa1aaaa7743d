import Base
import S3API
import TestSupport
import Testing

/// A kind of document that clients send, and samples of it.
private struct FuzzedDocument: Sendable, CustomTestStringConvertible {
    let name: String
    let samples: [String]
    /// Answers the document as it is written, where it is written at all.
    let read: @Sendable ([UInt8]) throws(S3Error) -> [UInt8]?

    var testDescription: String { name }

    init(
        _ name: String,
        _ samples: String...,
        read: @escaping @Sendable ([UInt8]) throws(S3Error) -> [UInt8]?
    ) {
        (self.name, self.samples, self.read) = (name, samples, read)
    }
}

private func named(_ name: String, _ sample: String, _ kind: NamedConfigurationKind) -> FuzzedDocument {
    FuzzedDocument(name, sample) { (bytes) throws(S3Error) in
        let found = try NamedConfiguration(parsing: bytes, as: kind)
        #expect(!found.id.isEmpty && found.id.utf8.count <= 64)
        return found.xml
    }
}

private let everyDocument: [FuzzedDocument] = [
    FuzzedDocument(
        "VersioningConfiguration",
        "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Status>Enabled</Status></VersioningConfiguration>",
        "<VersioningConfiguration><Status>Suspended</Status><MfaDelete>Disabled</MfaDelete></VersioningConfiguration>"
    ) { (bytes) throws(S3Error) in try VersioningConfiguration(parsing: bytes).xml },
    FuzzedDocument(
        "CreateBucketConfiguration",
        "<CreateBucketConfiguration><LocationConstraint>us-east-1</LocationConstraint></CreateBucketConfiguration>",
        "<CreateBucketConfiguration/>"
    ) { (bytes) throws(S3Error) in
        _ = try CreateBucketConfiguration(parsing: bytes)
        return nil
    },
    FuzzedDocument(
        "Delete",
        "<Delete><Quiet>true</Quiet><Object><Key>a&amp;b</Key><VersionId>null</VersionId><ETag>\"e\"</ETag><Size>3</Size><LastModifiedTime>Wed, 21 Oct 2015 07:28:00 GMT</LastModifiedTime></Object><Object><Key>b</Key></Object></Delete>"
    ) { (bytes) throws(S3Error) in
        let found = try DeleteRequest(parsing: bytes)
        #expect((1...1000).contains(found.objects.count))
        return nil
    },
    FuzzedDocument(
        "CompleteMultipartUpload",
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"a\"</ETag><ChecksumCRC32>AAAAAQ==</ChecksumCRC32></Part><Part><PartNumber>10000</PartNumber><ETag>b</ETag><ChecksumCRC32C>AAAAAQ==</ChecksumCRC32C></Part></CompleteMultipartUpload>"
    ) { (bytes) throws(S3Error) in
        let found = try CompleteMultipartUpload(parsing: bytes)
        #expect(found.parts.allSatisfy { (1...10_000).contains($0.number) })
        return nil
    },
    FuzzedDocument(
        "Tagging",
        "<Tagging><TagSet><Tag><Key>a b</Key><Value>c=d+e</Value></Tag><Tag><Key>é</Key><Value/></Tag></TagSet></Tagging>"
    ) { (bytes) throws(S3Error) in
        let found = try Tagging(parsing: bytes, of: .object)
        #expect(found.tags.count <= 10 && Set(found.tags.map(\.key)).count == found.tags.count)
        // As it is stored and as a header has it.
        #expect(try Tagging(header: found.encoded) == found)
        return found.xml
    },
    FuzzedDocument(
        "AccessControlPolicy",
        "<AccessControlPolicy><Owner><ID>a1</ID><DisplayName>x</DisplayName></Owner><AccessControlList><Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"><ID>b2</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant><Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"Group\"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>"
    ) { (bytes) throws(S3Error) in
        let found = try AccessControlPolicy(parsing: bytes)
        #expect(found.grants.count <= AccessControlPolicy.grantsMax)
        return found.xml
    },
    FuzzedDocument(
        "OwnershipControls",
        "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>"
    ) { (bytes) throws(S3Error) in try OwnershipControls(parsing: bytes).xml },
    FuzzedDocument(
        "PublicAccessBlockConfiguration",
        "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls><BlockPublicPolicy>TRUE</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets></PublicAccessBlockConfiguration>"
    ) { (bytes) throws(S3Error) in try PublicAccessBlockConfiguration(parsing: bytes).xml },
    FuzzedDocument(
        "ObjectLockConfiguration",
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>30</Days></DefaultRetention></Rule></ObjectLockConfiguration>",
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Years>2</Years></DefaultRetention></Rule></ObjectLockConfiguration>"
    ) { (bytes) throws(S3Error) in try ObjectLockConfiguration(parsing: bytes).xml },
    FuzzedDocument(
        "Retention",
        "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2100-01-01T00:00:00.000Z</RetainUntilDate></Retention>"
    ) { (bytes) throws(S3Error) in try Retention(parsing: bytes)?.xml },
    FuzzedDocument("LegalHold", "<LegalHold><Status>ON</Status></LegalHold>") { (bytes) throws(S3Error) in
        try LegalHold(parsing: bytes).xml
    },
    FuzzedDocument(
        "CORSConfiguration",
        "<CORSConfiguration><CORSRule><ID>x</ID><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedOrigin>https://*.example.com</AllowedOrigin><AllowedHeader>x-amz-*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds></CORSRule><CORSRule><AllowedMethod>HEAD</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>"
    ) { (bytes) throws(S3Error) in try CORSConfiguration(parsing: bytes).xml },
    FuzzedDocument(
        "LifecycleConfiguration",
        "<LifecycleConfiguration><Rule><ID>a</ID><Filter><And><Prefix>p/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag><ObjectSizeGreaterThan>1</ObjectSizeGreaterThan><ObjectSizeLessThan>9</ObjectSizeLessThan></And></Filter><Status>Enabled</Status><Expiration><Days>3</Days></Expiration><NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration></Rule><Rule><ID>b</ID><Prefix/><Status>Disabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>",
        "<LifecycleConfiguration><Rule><Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Status>Enabled</Status><Expiration><Date>2030-01-01T00:00:00Z</Date></Expiration></Rule><Rule><Filter/><Status>Enabled</Status><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration></Rule></LifecycleConfiguration>"
    ) { (bytes) throws(S3Error) in
        var idCount = 0
        let found = try LifecycleConfiguration(parsing: bytes) {
            idCount += 1
            return "new \(idCount)"
        }
        return found.xml
    },
    FuzzedDocument(
        "BucketLoggingStatus",
        "<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>a/</TargetPrefix><TargetObjectKeyFormat><PartitionedPrefix><PartitionDateSource>EventTime</PartitionDateSource></PartitionedPrefix></TargetObjectKeyFormat></LoggingEnabled></BucketLoggingStatus>",
        "<BucketLoggingStatus/>"
    ) { (bytes) throws(S3Error) in try BucketLoggingStatus(parsing: bytes).xml },
    FuzzedDocument(
        "WebsiteConfiguration",
        "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument><ErrorDocument><Key>e.html</Key></ErrorDocument><RoutingRules><RoutingRule><Condition><KeyPrefixEquals>a/</KeyPrefixEquals><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals></Condition><Redirect><Protocol>https</Protocol><HostName>h</HostName><ReplaceKeyPrefixWith>b/</ReplaceKeyPrefixWith><HttpRedirectCode>302</HttpRedirectCode></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>",
        "<WebsiteConfiguration><RedirectAllRequestsTo><HostName>example.com</HostName><Protocol>http</Protocol></RedirectAllRequestsTo></WebsiteConfiguration>"
    ) { (bytes) throws(S3Error) in try WebsiteConfiguration(parsing: bytes).xml },
    FuzzedDocument(
        "AccelerateConfiguration",
        "<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>"
    ) { (bytes) throws(S3Error) in try AccelerateConfiguration(parsing: bytes).xml },
    FuzzedDocument(
        "RequestPaymentConfiguration",
        "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>"
    ) { (bytes) throws(S3Error) in try RequestPaymentConfiguration(parsing: bytes).xml },
    FuzzedDocument(
        "NotificationConfiguration",
        "<NotificationConfiguration/>",
        "<NotificationConfiguration><QueueConfiguration><Id>1</Id><Queue>arn:aws:sqs:::q</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>"
    ) { (bytes) throws(S3Error) in
        _ = try NotificationConfiguration(parsing: bytes)
        return nil
    },
    named(
        "AnalyticsConfiguration",
        "<AnalyticsConfiguration><Id>a</Id><Filter><And><Prefix>p</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter><StorageClassAnalysis/></AnalyticsConfiguration>",
        .analytics
    ),
    named(
        "MetricsConfiguration",
        "<MetricsConfiguration><Id>a</Id><Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter></MetricsConfiguration>",
        .metrics
    ),
    named(
        "InventoryConfiguration",
        "<InventoryConfiguration><Id>a</Id><IsEnabled>false</IsEnabled><Destination><S3BucketDestination><Bucket>arn:aws:s3:::b</Bucket><Format>CSV</Format></S3BucketDestination></Destination><IncludedObjectVersions>All</IncludedObjectVersions><Schedule><Frequency>Daily</Frequency></Schedule></InventoryConfiguration>",
        .inventory
    ),
    named(
        "IntelligentTieringConfiguration",
        "<IntelligentTieringConfiguration><Id>a</Id><Filter><Prefix>p</Prefix></Filter><Status>Enabled</Status><Tiering><AccessTier>ARCHIVE_ACCESS</AccessTier><Days>90</Days></Tiering></IntelligentTieringConfiguration>",
        .intelligentTiering
    ),
]

@Suite("every document of a request is read, or refused with an error of S3's") struct DocumentFuzzTests {
    @Test("a sample is read, and read again as it is written", arguments: everyDocument)
    fileprivate func samples(document: FuzzedDocument) throws {
        for sample in document.samples {
            guard let written = try read(Array(sample.utf8), document) else { continue }
            #expect(try document.read(written) == written)
        }
    }

    /// What is refused because it is not built is no failure of a sample.
    private func read(_ bytes: [UInt8], _ document: FuzzedDocument) throws(S3Error) -> [UInt8]? {
        do throws(S3Error) { return try document.read(bytes) } catch {
            guard error.code == .notImplemented else { throw error }
            return nil
        }
    }

    @Test("a mutated one, too", arguments: everyDocument, 0..<6 as Range<UInt64>)
    fileprivate func mutations(document: FuzzedDocument, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var refusedCount = 0
        for round in 0..<80 {
            let sample = Array(document.samples[round % document.samples.count].utf8)
            let bytes =
                round.isMultiple(of: 3)
                ? mutated(sample, using: &generator) : mutatedElements(sample, using: &generator)
            do throws(S3Error) {
                guard let written = try document.read(bytes) else { continue }
                let again = try document.read(written)
                #expect(again == written, "\(String(decoding: bytes, as: UTF8.self))")
            } catch {
                refusedCount += 1
                #expect(
                    error.status == 400 || error.code == .notImplemented,
                    "\(error.code) for \(String(decoding: bytes, as: UTF8.self))"
                )
                #expect(
                    error.message.utf8.count < bytes.count + 500,
                    "\(document.name): \(error.message.utf8.count) bytes"
                )
            }
        }
        #expect(refusedCount > 5)
    }

    @Test("beyond its size a document is refused before it is read", arguments: everyDocument)
    fileprivate func sizes(document: FuzzedDocument) {
        let spaces = [UInt8](repeating: UInt8(ascii: " "), count: 9 << 20)
        let error = #expect(throws: S3Error.self) {
            try document.read(Array(document.samples[0].utf8) + spaces)
        }
        #expect(error?.status == 400)
    }
}
