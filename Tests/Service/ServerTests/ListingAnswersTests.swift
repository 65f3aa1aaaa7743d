import Base
import Engine
import HTTP
import MultipartOperations
import ObjectOperations
import S3API
import S3Service
import ServiceTestSupport
import StorageTestSupport
import TestSupport
import Testing
import Topology
import XML

/// The four listings as clients see them, against the model that knows nothing but a sorted list.
@Suite struct ListingAnswersTests {
    /// How a client asks for names.
    enum Encoding: String, CaseIterable, Sendable {
        case plain
        case url
    }

    @Test(
        "any question gets the model's pages, of every listing",
        arguments: [11, 12] as [UInt64],
        Encoding.allCases
    )
    func questions(seed: UInt64, encoding: Encoding) throws {
        let store = try SimulatedStore.formatted(driveCount: 4).restarted(tick: .microseconds(1))
        let wrong = try store.simulate(seed: seed) {
            let running = try await store.open()
            _ = try await running.engine.recover()
            let wrong = try await Listings(engine: running.engine, encoding: encoding).differences(seed)
            await running.close()
            return wrong
        }
        #expect(wrong == [])
    }

    @Test(
        "names that no key can have find nothing, and name nothing on the drives",
        arguments: [
            "/", "//", "a//", "/a", ".", "./", "..", "../", "a/../", "a/./b", "a/xl.meta", "a/xl.meta/",
            "a/xl.meta/x",
            "xl.meta", ".minio.sys/", "../.minio.sys/", "a/%00", "%00", "a%00/", "a__XLDIR__", "a__XLDIR__/",
            "a\\..\\b",
            "large/0",
        ]
    )
    func strangePrefixes(prefix: String) throws {
        try expectNothing(prefix)
    }

    @Test(
        "prefixes longer than any key find nothing",
        arguments: [
            [255], [256], [255, 1], [256, 1], [200, 200, 200, 200, 200, 200], [1024], [1025], [4096],
            [5000, 1],
        ]
    )
    func longPrefixes(segments: [Int]) throws {
        try expectNothing(segments.map { String(repeating: "l", count: $0) }.joined(separator: "/"))
        try expectNothing(segments.map { String(repeating: "l", count: $0) + "/" }.joined())
    }

    private func expectNothing(_ prefix: String) throws {
        let store = try SimulatedStore.formatted(driveCount: 4).restarted()
        let found = try store.simulate(seed: 1) {
            let running = try await store.open()
            let engine = running.engine
            _ = try await engine.recover()
            try await engine.makeBucket("bucket")
            for key in ["a", "a/", "a/b"] { try await engine.putForListing("bucket", key) }
            try await engine.putForListing("bucket", "large", size: 300_000)
            let listings = Listings(engine: engine, encoding: .url)
            var found: [String] = []
            for delimiter in ["", "/"] {
                let query = "prefix=\(prefix)&delimiter=\(delimiter)&encoding-type=url"
                let versions = try await listings.answer(ListObjectVersions.self, "versions&\(query)")
                let keys = try await listings.answer(ListObjectsV2.self, "list-type=2&\(query)")
                let old = try await listings.answer(ListObjects.self, query)
                let uploads = try await listings.answer(ListMultipartUploads.self, "uploads&\(query)")
                for answer in [versions, keys, old, uploads] {
                    found += answer.children.filter { !$0.children.isEmpty }.map(\.name)
                }
            }
            await running.close()
            return found
        }
        #expect(found == [])
    }
}

/// Asks as a client does, and reads the answers as one.
private struct Listings: Sendable {
    let engine: Engine
    let encoding: ListingAnswersTests.Encoding

    func differences(_ seed: UInt64) async throws -> [String] {
        try await engine.makeBucket("bucket")
        var random = RandomKeys(seed: seed)
        var keys = random.keys(60)
        // XML has no way to say the others.
        if encoding == .plain { keys.removeAll { $0.unicodeScalars.contains { $0.value < 0x20 } } }
        let versions = try await ListedHistory.write(keys, to: engine, bucket: "bucket", seed: seed).model
        let newest = versions.newest
        var items: [ListingModel.Item] = []
        for (index, key) in keys.enumerated() where index % 4 == 0 {
            for _ in 0...index % 3 {
                let upload = try await engine.makeUpload(
                    bucket: "bucket",
                    key: key,
                    metadata: ObjectMetadata(user: []),
                    storageClass: .standard
                )
                items.append(ListingModel.Item(Octets(key), id: upload.id))
            }
        }
        let uploads = ListingModel(items)
        var wrong: [String?] = []
        for number in 0..<12 {
            var query = random.query(about: keys)
            while encoding == .plain,
                query.after?.unicodeScalars.contains(where: { $0.value < 0x20 }) ?? false
            {
                query = random.query(about: keys)
            }
            let limit = [1, 2, 7, 1000][number % 4]
            wrong.append(try await newest.difference(query, limit: limit, pageByMarker))
            var token: String?
            wrong.append(
                try await newest.difference(query, limit: limit) { query, limit in
                    try await pageByToken(query, limit, &token)
                }
            )
            wrong.append(try await versions.difference(query, limit: limit, pageOfVersions))
            wrong.append(try await uploads.difference(query, limit: limit, pageOfUploads))
        }
        return wrong.compactMap { $0 }
    }

    private func pageByMarker(_ query: ListingModel.Query, _ limit: Int) async throws -> ListingModel.Page {
        let target = self.target(query, limit, ["marker": query.after])
        let answer = try await answer(ListObjects.self, target)
        try expectEcho(answer, query, limit, ["Marker": query.after ?? ""])
        var page = try page(answer, items: ["Contents"])
        let nextMarker = try answer.text(of: "NextMarker").map(decoded)
        // Without a delimiter clients go on behind the last key themselves.
        try insist((nextMarker != nil) == (page.isTruncated && !query.delimiter.isEmpty), "NextMarker")
        if let nextMarker { page.next = nextMarker }
        return page
    }

    private func pageByToken(
        _ query: ListingModel.Query,
        _ limit: Int,
        _ token: inout String?
    ) async throws -> ListingModel.Page {
        let start = token.map { ["continuation-token": $0] } ?? ["start-after": query.after]
        let answer = try await answer(ListObjectsV2.self, "list-type=2&" + target(query, limit, start))
        try expectEcho(answer, query, limit, token == nil ? ["StartAfter": query.after] : [:])
        try insist(answer.text(of: "ContinuationToken") == token, "ContinuationToken")
        let page = try page(answer, items: ["Contents"])
        try insist(answer.text(of: "KeyCount") == "\(page.entries.count)", "KeyCount")
        token = answer.text(of: "NextContinuationToken")
        try insist((token != nil) == page.isTruncated, "NextContinuationToken")
        return page
    }

    private func pageOfVersions(_ query: ListingModel.Query, _ limit: Int) async throws -> ListingModel.Page {
        let id = query.afterID.map { $0 == "\(UUID.zero)" ? "null" : $0 }
        let target = self.target(query, limit, ["key-marker": query.after, "version-id-marker": id])
        let answer = try await answer(ListObjectVersions.self, "versions&" + target)
        let echo = ["KeyMarker": query.after ?? "", "VersionIdMarker": id ?? ""]
        try expectEcho(answer, query, limit, echo)
        var page = try page(answer, items: ["Version", "DeleteMarker"])
        if page.isTruncated {
            page.next = try answer.text(of: "NextKeyMarker").map(decoded)
            page.nextID = answer.text(of: "NextVersionIdMarker").map { $0 == "null" ? "\(UUID.zero)" : $0 }
        }
        return page
    }

    private func pageOfUploads(_ query: ListingModel.Query, _ limit: Int) async throws -> ListingModel.Page {
        let start = ["key-marker": query.after, "upload-id-marker": query.afterID]
        let target = self.target(query, limit, start, limitName: "max-uploads")
        let answer = try await answer(ListMultipartUploads.self, "uploads&" + target)
        let echo = ["KeyMarker": query.after ?? "", "UploadIdMarker": query.afterID ?? ""]
        try expectEcho(answer, query, limit, echo, limitName: "MaxUploads")
        var page = try page(answer, items: ["Upload"])
        if page.isTruncated {
            page.next = try answer.text(of: "NextKeyMarker").map(decoded)
            page.nextID = answer.text(of: "NextUploadIdMarker").flatMap { $0.isEmpty ? nil : $0 }
        }
        return page
    }

    // Asking.

    func answer<Operation: S3Operation>(_ operation: Operation.Type, _ query: String) async throws
        -> XMLElement
    {
        let answer = try await engine.perform(operation, request("GET", "/bucket?\(query)"))
        guard case .bytes(let bytes) = answer.body else { throw Difference("no document") }
        return try XMLElement(parsing: bytes, sizeMax: 10 << 20)
    }

    private func target(
        _ query: ListingModel.Query,
        _ limit: Int,
        _ start: [String: String?],
        limitName: String = "max-keys"
    ) -> String {
        var parameters = [limitName: "\(limit)", "prefix": query.prefix, "delimiter": query.delimiter]
        if encoding == .url { parameters["encoding-type"] = "url" }
        for (name, value) in start { if let value { parameters[name] = value } }
        return parameters.map { name, value in
            var encoded = Array("\(name)=".utf8)
            PercentCoding.append(value.utf8, to: &encoded)
            return String(decoding: encoded, as: UTF8.self)
        }.joined(separator: "&")
    }

    // Reading.

    private func decoded(_ text: String) throws -> String {
        guard encoding == .url else { return text }
        guard let bytes = PercentCoding.decode(text.utf8),
            let decoded = String(validating: bytes, as: UTF8.self)
        else { throw Difference("\(text) is not encoded") }
        return decoded
    }

    private func expectEcho(
        _ answer: XMLElement,
        _ query: ListingModel.Query,
        _ limit: Int,
        _ others: [String: String?],
        limitName: String = "MaxKeys"
    ) throws {
        try insist(answer.text(of: limitName) == "\(limit)", limitName)
        try insist(answer.text(of: "EncodingType") == (encoding == .url ? "url" : nil), "EncodingType")
        let delimiter = query.delimiter.isEmpty ? nil : query.delimiter
        let wanted = others.merging(["Prefix": query.prefix, "Delimiter": delimiter]) { $1 }
        for (name, value) in wanted {
            let found = try answer.text(of: name).map(decoded)
            try insist(
                found.map { Octets($0) } == value.map { Octets($0) },
                "\(name) is \(found ?? "absent")"
            )
        }
    }

    /// Contents and common prefixes in one order, as S3 counts them.
    private func page(_ answer: XMLElement, items names: Set<String>) throws -> ListingModel.Page {
        let items = try answer.children.filter { names.contains($0.name) }.map { element in
            let id = element.text(of: "VersionId") ?? element.text(of: "UploadId") ?? ""
            return ListingModel.Item(
                Octets(try decoded(element.text(of: "Key") ?? "")),
                id: id == "null" ? "\(UUID.zero)" : id,
                isLatest: element.text(of: "IsLatest") != "false",
                isDeleteMarker: element.name == "DeleteMarker"
            )
        }
        let prefixes = try answer.children(named: "CommonPrefixes").map { element in
            Octets(try decoded(element.text(of: "Prefix") ?? ""))
        }
        return ListingModel.Page(
            items: items,
            commonPrefixes: prefixes,
            isTruncated: answer.text(of: "IsTruncated") == "true"
        )
    }

    private func insist(_ condition: Bool, _ what: String) throws {
        guard condition else { throw Difference(what) }
    }
}

private struct Difference: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
