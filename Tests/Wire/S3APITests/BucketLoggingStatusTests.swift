import Base
import S3API
import TestSupport
import Testing

private func status(_ inside: String) throws(S3Error) -> BucketLoggingStatus {
    try BucketLoggingStatus(parsing: Array("<BucketLoggingStatus>\(inside)</BucketLoggingStatus>".utf8))
}

private func enabled(_ inside: String) -> String {
    "<LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>p/</TargetPrefix>\(inside)</LoggingEnabled>"
}

private func format(_ inside: String) -> String {
    "<TargetObjectKeyFormat>\(inside)</TargetObjectKeyFormat>"
}

private func partition(_ source: String) -> String {
    format("<PartitionedPrefix><PartitionDateSource>\(source)</PartitionDateSource></PartitionedPrefix>")
}

private func granting(_ grantee: String, _ permission: String) -> String {
    "<TargetGrants><Grant><Grantee>\(grantee)</Grantee><Permission>\(permission)</Permission></Grant></TargetGrants>"
}

@Suite struct BucketLoggingStatusTests {
    @Test(
        arguments: [
            ("", nil), (enabled(""), .simple), (enabled("<TargetGrants/>"), .simple),
            (enabled(format("<SimplePrefix/>")), .simple),
            (enabled(partition("EventTime")), .partitioned(.eventTime)),
            (enabled(partition("DeliveryTime")), .partitioned(.deliveryTime)),
        ] as [(String, BucketLoggingStatus.KeyFormat?)]
    )
    func whatIsReadIsKept(inside: String, keyFormat: BucketLoggingStatus.KeyFormat?) throws {
        let found = try status(inside)
        #expect(found.target == keyFormat.map { .init(bucket: "logs", prefix: "p/", keyFormat: $0) })
        #expect(try BucketLoggingStatus(parsing: found.xml) == found)
    }

    @Test(
        arguments: [
            ("<LoggingEnabled/>", .malformedXML),
            ("<LoggingEnabled><TargetBucket>logs</TargetBucket></LoggingEnabled>", .malformedXML),
            ("<LoggingEnabled><TargetPrefix>p</TargetPrefix></LoggingEnabled>", .malformedXML),
            ("<loggingEnabled/>", .malformedXML), (enabled(format("")), .malformedXML),
            (enabled(format("<SimplePrefix/><PartitionedPrefix/>")), .malformedXML),
            (enabled(partition("kaboom")), .malformedXML),
            (enabled("<LoggingType>Journal</LoggingType>"), .malformedXML),
            (enabled("<TargetGrants><Grant/></TargetGrants>"), .malformedXML),
            (enabled("<TargetGrants><Other/></TargetGrants>"), .malformedXML),
            (enabled(granting("<URI>http://a</URI>", "READ")), .invalidArgument),
            (enabled(granting("<ID>a</ID>", "SLEEP")), .malformedXML),
            (
                "<LoggingEnabled><TargetBucket>b</TargetBucket><TargetPrefix>\(String(repeating: "p", count: 801))</TargetPrefix></LoggingEnabled>",
                .invalidArgument
            ),
        ] as [(String, S3Error.Code)]
    )
    func whatIsWrongIsSaid(inside: String, code: S3Error.Code) {
        let error = #expect(throws: S3Error.self) { try status(inside) }
        #expect(error?.code == code)
    }

    @Test func grantsAreRead() throws {
        let grants = granting("<ID>a</ID><DisplayName>b</DisplayName>", "READ")
        let found = try status(enabled(grants))
        let user = Owner(id: "a", displayName: "b")
        #expect(found.target?.grants == [.init(.read, to: .user(user))])
        #expect(try BucketLoggingStatus(parsing: found.xml) == found)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func mutatedDocumentsAreRefusedOrReadBack(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let whole = Array(
            "<BucketLoggingStatus>\(enabled(granting("<ID>a</ID>", "READ") + partition("EventTime")))</BucketLoggingStatus>"
                .utf8
        )
        for _ in 0..<100 {
            let read: BucketLoggingStatus
            do throws(S3Error) {
                read = try BucketLoggingStatus(parsing: mutated(whole, using: &generator))
            } catch { continue }
            #expect(try BucketLoggingStatus(parsing: read.xml) == read)
        }
    }
}
