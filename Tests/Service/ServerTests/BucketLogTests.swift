import Base
import BucketOperations
import Engine
import S3API
import S3Service
import Server
import ServiceTestSupport
import StorageTestSupport
import Telemetry
import TestSupport
import Testing
import XLMeta

private func sample() -> BucketLogRecord {
    var record = BucketLogRecord()
    record.bucketOwner = "owner"
    record.bucket = "source"
    record.time = Timestamp(seconds: 1_549_411_238)
    record.remote = "192.0.2.3"
    record.requester = "arn:aws:iam::1:user/alice"
    record.requestID = "3E57427F33A59F07"
    record.operation = "REST.PUT.OBJECT"
    record.key = "photos/a b.jpg"
    record.method = "PUT"
    record.target = Array("/source/photos/a%20b.jpg?x-foo=bar".utf8)
    record.status = 200
    record.bytesSent = 0
    record.objectSize = 4_406_583
    record.milliseconds = 41
    record.userAgent = "S3Console/0.4"
    record.versionID = "v1"
    record.hostID = "host"
    record.signatureVersion = "SigV4"
    record.authenticationType = "AuthHeader"
    record.host = "localhost:9000"
    return record
}

private func text(_ record: BucketLogRecord) -> String { String(decoding: record.line, as: UTF8.self) }

@Suite struct BucketLogRecordTests {
    @Test func aLineHasTheFieldsOfS3() {
        #expect(
            text(sample())
                == #"owner source [06/Feb/2019:00:00:38 +0000] 192.0.2.3 arn:aws:iam::1:user/alice 3E57427F33A59F07 REST.PUT.OBJECT photos/a%20b.jpg "PUT /source/photos/a%20b.jpg?x-foo=bar HTTP/1.1" 200 - - 4406583 41 - "-" "S3Console/0.4" v1 host SigV4 - AuthHeader localhost:9000 - - -"#
                + "\n"
        )
    }

    /// As in S3: `… BATCH.DELETE.OBJECT key - 204 - - - - - - - - host SigV4 - AuthHeader localhost:9000 - - - -`.
    @Test func whatARequestDidBesidesHasNoRequestLine() {
        var record = sample()
        (record.isOfAction, record.operation, record.status) = (true, "BATCH.DELETE.OBJECT", 204)
        (record.objectSize, record.versionID) = (nil, nil)
        #expect(
            text(record)
                == "owner source [06/Feb/2019:00:00:38 +0000] 192.0.2.3 arn:aws:iam::1:user/alice 3E57427F33A59F07 BATCH.DELETE.OBJECT photos/a%20b.jpg - 204 - - - - - - - - host SigV4 - AuthHeader localhost:9000 - - -\n"
        )
    }

    @Test func whatIsNotThereIsADash() {
        var record = BucketLogRecord()
        (record.bucketOwner, record.bucket, record.remote, record.requestID) = ("o", "b", "r", "i")
        (record.operation, record.method, record.target, record.hostID) = ("op", "GET", Array("/b".utf8), "h")
        record.status = 403
        record.errorCode = "AccessDenied"
        record.bytesSent = 243
        #expect(
            text(record)
                == #"o b [01/Jan/1970:00:00:00 +0000] r - i op - "GET /b HTTP/1.1" 403 AccessDenied 243 - 0 - "-" "-" - h - - - - - - -"#
                + "\n"
        )
    }

    @Test(
        arguments: [
            ("/b/k?X-Amz-Signature=abc&X-Amz-Date=1", "/b/k?X-Amz-Date=1"),
            ("/b/k?x-amz-date=1&x-amz-security-TOKEN=t&a", "/b/k?x-amz-date=1&a"),
            ("/b/k?X%2DAmz-Signatur%65=abc", "/b/k"), ("/b/k?Signature=abc&Expires=1", "/b/k?Expires=1"),
            ("/b/k?", "/b/k?"), ("/b/Signature=abc", "/b/Signature=abc"),
        ]
    )
    func nobodyFindsASignature(target: String, logged: String) {
        var record = sample()
        record.target = Array(target.utf8)
        #expect(text(record).contains("\"PUT \(logged) HTTP/1.1\""))
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func noFieldBreaksOutOfItsPlace(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            var record = sample()
            let wild = String(
                decoding: mutated(Array("a \"b\" \\ c\r\n[d] é".utf8), using: &generator),
                as: UTF8.self
            )
            (record.key, record.userAgent, record.referrer) = (wild, wild, wild)
            (record.versionID, record.requester, record.host) = (wild, wild, wild)
            record.target = Array("/\(wild)".utf8)
            let line = record.line
            #expect(line.allSatisfy { (0x20..<0x7f).contains($0) || $0 == 0x0a })
            #expect(line.count { $0 == 0x0a } == 1)
            #expect(line.count { $0 == UInt8(ascii: "\"") } == 6)
            // Outside of quotes there is one space between fields, and one in the date.
            let outside = String(decoding: line, as: UTF8.self).split(
                separator: "\"",
                omittingEmptySubsequences: false
            ).enumerated().filter { $0.offset % 2 == 0 }.map(\.element).joined(separator: "q")
            #expect(outside.split(separator: " ", omittingEmptySubsequences: false).count == 27)
        }
    }
}

@Suite struct BucketLogOperationTests {
    @Test(
        arguments: [
            ("GET", "/b", "REST.GET.BUCKET"), ("HEAD", "/b/k", "REST.HEAD.OBJECT"),
            ("PUT", "/b/k?partNumber=1&uploadId=u", "REST.PUT.PART"),
            ("POST", "/b/k?uploads", "REST.POST.UPLOADS"), ("POST", "/b/k?uploadId=u", "REST.POST.UPLOAD"),
            ("GET", "/b?uploads", "REST.GET.UPLOADS"), ("GET", "/b?versions", "REST.GET.BUCKETVERSIONS"),
            ("POST", "/b?delete", "REST.POST.MULTI_OBJECT_DELETE"),
            ("PUT", "/b?versioning", "REST.PUT.VERSIONING"), ("GET", "/b?tagging", "REST.GET.TAGGING"),
            ("GET", "/b/k?tagging", "REST.GET.OBJECT_TAGGING"),
            ("PUT", "/b?logging", "REST.PUT.LOGGING_STATUS"),
            ("GET", "/b?policy&x-id=p", "REST.GET.BUCKETPOLICY"), ("GET", "/b/k?a=b", "REST.GET.OBJECT"),
        ]
    )
    func operationsHaveTheNamesOfS3(method: String, target: String, name: String) throws {
        let path = target.prefix { $0 != "?" }
        let head = try request(method, target).head
        #expect(BucketLogOperation.name(head, key: path == "/b" ? nil : "k") == name)
    }

    @Test func aCopyIsACopy() throws {
        let head = try request("PUT", "/b/k", ["x-amz-copy-source: /b/l"]).head
        #expect(BucketLogOperation.name(head, key: "k") == "REST.COPY.OBJECT")
        let part = try request("PUT", "/b/k?partNumber=1&uploadId=u", ["x-amz-copy-source: /b/l"]).head
        #expect(BucketLogOperation.name(part, key: "k") == "REST.COPY.PART")
    }
}

@Suite struct BucketLogDeliveryTests {
    private func with(
        _ configure: (inout BucketLogDelivery.Options) -> Void = { _ in },
        _ body: @escaping @Sendable (Engine, BucketLogDelivery, SimulatedTime, TestLog) async throws -> Void
    ) throws {
        var options = BucketLogDelivery.Options()
        configure(&options)
        let (store, log) = (try SimulatedStore.formatted(driveCount: 4).restarted(), TestLog())
        try store.simulate(seed: 1) { [options] in
            let running = try await store.open()
            _ = try await running.engine.recover()
            for name in ["source", "logs"] { try await running.engine.makeBucket(name) }
            let delivery = BucketLogDelivery(
                engine: running.engine,
                options: options,
                time: store.time,
                randomness: SeededRandomness(seed: 1),
                logger: Logger(level: .info, to: log)
            )
            try await body(running.engine, delivery, store.time, log)
            await running.close()
        }
    }

    private static func enable(
        _ engine: Engine,
        _ target: BucketLoggingStatus.Target,
        of bucket: String = "source"
    ) async throws {
        let stored = try StoredBucketLogging(target, in: engine.bucket(target.bucket))
        try await engine.set(.own(.logging), to: stored.bytes, ofBucket: bucket)
    }

    private static let strayed =
        "the target of a bucket's access log is gone, or is another bucket now: its lines are dropped"

    /// The objects of the log, and all that is in them.
    private static func delivered(_ engine: Engine) async throws -> (keys: [String], text: String) {
        var (keys, text): ([String], String) = ([], "")
        for case .object(let version, _) in try await engine.list(bucket: "logs", ListRequest()).entries {
            keys.append(version.key)
            let reader = try await engine.open(bucket: "logs", key: version.key)
            defer { reader.close() }
            while let piece = try await reader.next() { text += String(decoding: piece.bytes, as: UTF8.self) }
        }
        return (keys, text)
    }

    @Test func aBucketWithoutALogLeavesNone() throws {
        try with { engine, delivery, _, _ in
            #expect(!delivery.isLogged("source"))
            #expect(!delivery.isLogged("none"))
            delivery.record(sample())
            await delivery.close()
            let keys = try await Self.delivered(engine).keys
            #expect(keys.isEmpty)
        }
    }

    @Test func linesOfABucketAreStoredTogetherWhenTheServerStops() throws {
        try with { engine, delivery, _, _ in
            try await Self.enable(engine, .init(bucket: "logs", prefix: "p/"))
            #expect(delivery.isLogged("source"))
            for _ in 0..<3 { delivery.record(sample()) }
            await delivery.close()
            let found = try await Self.delivered(engine)
            #expect(found.keys.count == 1)
            #expect(found.keys[0].hasPrefix("p/20"))
            #expect(found.text == String(repeating: text(sample()), count: 3))
        }
    }

    @Test func aPartitionIsOfTheDayOfItsEvents() throws {
        try with { engine, delivery, _, _ in
            try await Self.enable(
                engine,
                .init(bucket: "logs", prefix: "", keyFormat: .partitioned(.eventTime))
            )
            var second = sample()
            second.time = Timestamp(seconds: second.time.seconds + 86_400)
            delivery.record(sample())
            delivery.record(second)
            await delivery.close()
            let keys = try await Self.delivered(engine).keys
            let folder = "\(Owner.server.id)/us-east-1/source/2019/02"
            #expect(keys.count == 2)
            #expect(keys.first?.hasPrefix("\(folder)/06/2019-02-06-00-00-00-") == true)
            #expect(keys.last?.hasPrefix("\(folder)/07/2019-02-07-00-00-00-") == true)
        }
    }

    @Test func whatFindsNoRoomIsCountedAndTheRestIsStored() throws {
        let size = sample().line.count
        try with {
            $0.memoryMax = 4 * size
        } _: { engine, delivery, _, log in
            try await Self.enable(engine, .init(bucket: "logs", prefix: ""))
            for _ in 0..<5 { delivery.record(sample()) }
            await delivery.close()
            #expect(try await Self.delivered(engine).text.utf8.count == 2 * size)
            #expect(
                log.lines("lines of buckets' access logs were dropped, as more came than could be stored")
                    .count == 1
            )
        }
    }

    @Test func aTargetThatIsGoneLosesTheLinesAndSaysSo() throws {
        try with { engine, delivery, _, log in
            try await Self.enable(engine, .init(bucket: "logs", prefix: ""))
            delivery.record(sample())
            try await engine.removeBucket("logs")
            await delivery.close()
            #expect(log.lines(Self.strayed).count == 1)
        }
    }

    @Test func anotherBucketOfTheTargetsNameGetsNothingAndItIsSaidOnce() throws {
        try with { engine, delivery, time, log in
            try await Self.enable(engine, .init(bucket: "logs", prefix: ""))
            delivery.record(sample())
            try await engine.removeBucket("logs")
            time.advance(by: .seconds(1))
            try await engine.makeBucket("logs")
            for _ in 0..<3 { delivery.record(sample()) }
            await delivery.close()
            #expect(try await Self.delivered(engine).keys.isEmpty)
            #expect(log.lines(Self.strayed).count == 1)
            // Whoever turns it on anew means the new one.
            try await Self.enable(engine, .init(bucket: "logs", prefix: ""))
            delivery.record(sample())
            await delivery.close()
            #expect(try await Self.delivered(engine).keys.count == 1)
        }
    }

    @Test func aTargetOfAnotherOwnerGetsNothing() throws {
        try with { engine, delivery, _, log in
            try await Self.enable(engine, .init(bucket: "logs", prefix: ""))
            delivery.record(sample())
            try await engine.set(.own(.owner), to: Array("somebody".utf8), ofBucket: "logs")
            await delivery.close()
            #expect(try await Self.delivered(engine).keys.isEmpty)
            #expect(log.lines(Self.strayed).count == 1)
        }
    }

    @Test func oneBucketLeavesRoomForOthersAndIsStoredBeforeItsTime() throws {
        let size = sample().line.count
        try with {
            $0.memoryMax = 40 * size
        } _: { engine, delivery, time, log in
            try await engine.makeBucket("silent")
            for name in ["source", "silent"] {
                try await Self.enable(engine, .init(bucket: "logs", prefix: name), of: name)
            }
            var quiet = sample()
            quiet.bucket = "silent"
            #expect(quiet.line.count == size)
            let start = time.elapsed
            for _ in 0..<200 { delivery.record(sample()) }
            delivery.record(quiet)
            while try await Self.delivered(engine).keys.isEmpty {
                _ = time.advanceToNextSleeper()
                await Task.yield()
            }
            #expect(time.elapsed - start < .seconds(5))
            await delivery.close()
            let found = try await Self.delivered(engine)
            #expect(found.text.utf8.count == 21 * size)
            #expect(found.keys.contains { $0.hasPrefix("silent") })
            let dropped = log.lines(
                "lines of buckets' access logs were dropped, as more came than could be stored"
            )
            #expect(dropped.count == 1)
            #expect(dropped.first?.contains("lines=180") == true)
        }
    }

    @Test func manyLoggedBucketsAreStoredBeforeTheBuffersAreFull() throws {
        let size = sample().line.count
        try with {
            $0.memoryMax = 30 * size
        } _: { engine, delivery, time, log in
            let names = (1...5).map { "place\($0)" }
            for name in names {
                try await engine.makeBucket(name)
                try await Self.enable(engine, .init(bucket: "logs", prefix: ""), of: name)
            }
            // Six rounds are as many lines as there is room for.
            for _ in 0..<6 {
                for name in names {
                    var record = sample()
                    record.bucket = name
                    delivery.record(record)
                }
                for _ in 0..<20 {
                    _ = time.advanceToNextSleeper()
                    await Task.yield()
                }
                await engine.settle()
            }
            await delivery.close()
            #expect(try await Self.delivered(engine).text.utf8.count == 30 * size)
            #expect(
                log.lines("lines of buckets' access logs were dropped, as more came than could be stored")
                    .isEmpty
            )
        }
    }

    @Test func linesAreStoredOnceTheyHaveWaitedLongEnough() throws {
        try with { engine, delivery, time, _ in
            try await Self.enable(engine, .init(bucket: "logs", prefix: ""))
            let start = time.elapsed
            delivery.record(sample())
            while try await Self.delivered(engine).keys.isEmpty {
                _ = time.advanceToNextSleeper()
                await Task.yield()
            }
            #expect(time.elapsed - start >= .seconds(300))
            await delivery.close()
        }
    }
}
