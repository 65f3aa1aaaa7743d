import Base
import Testing

@testable import Drives

@Suite struct IntentTests {
    private let intent = Intent(
        id: Sample.id(5),
        sequence: 9,
        path: ObjectPath(volume: "bucket", name: "a/b"),
        effect: .removal(versionID: Sample.id(6)),
        dataShards: 12,
        setDriveCount: 16,
        moves: [
            Move(
                from: "x",
                to: "y",
                keep: "z",
                new: .folder([StagedPart(number: 1, size: 77, frameSize: 40), StagedPart(number: 10_000)]),
                old: .nothing
            ),
            Move(
                from: "1",
                to: "2",
                keep: "",
                new: .file(Fingerprint([1, 2, 3])),
                old: .part(StagedPart(number: 3))
            ),
        ],
        replaced: ["bucket/a/b/c"],
        upload: "up",
        listedParts: [1, 10_000],
        floor: "bucket",
        removesObject: true
    )

    @Test func anIntentIsReadBack() {
        #expect(Intent(decoding: intent.encoded()) == intent)
        var plain = intent
        (plain.upload, plain.listedParts, plain.removesObject) = (nil, nil, false)
        #expect(Intent(decoding: plain.encoded()) == plain)
    }

    @Test func anIntentBeginsWithItsMagicAndId() {
        let bytes = intent.encoded()
        #expect(Array(bytes.prefix(4)) == Array("MTI1".utf8))
        #expect(Array(bytes[4..<8]) == [UInt8(bytes.count & 0xff), UInt8(bytes.count >> 8), 0, 0])
        #expect(Array(bytes[8..<24]) == Sample.id(5).bytes)
        #expect(Array(bytes[24..<32]) == [9, 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(bytes[32..<36]) == [12, 0, 16, 0])
        #expect(Array(bytes[36..<53]) == [2] + Sample.id(6).bytes)
        #expect(Array(bytes[53..<63]) == [6, 0, 0, 0] + Array("bucket".utf8))
    }

    @Test(
        arguments: [
            .version(id: Sample.id(7), modified: Timestamp(nanoseconds: -1)),
            .marker(id: .zero, modified: Timestamp(seconds: 1)),
            .removal(versionID: .zero),
            .part(number: 10_000, dataDirectory: Sample.id(8), metadata: [1, 2, 3]),
        ] as [OpenTransaction.Effect]
    )
    func everyEffectIsReadBack(_ effect: OpenTransaction.Effect) {
        var changed = intent
        changed.effect = effect
        #expect(Intent(decoding: changed.encoded()) == changed)
    }

    @Test func whatAnEarlierIntentLeftBehindItDoesNotMatter() {
        var plain = intent
        (plain.upload, plain.listedParts, plain.replaced) = (nil, nil, [])
        let (long, short) = (intent.encoded(), plain.encoded())
        #expect(Intent(decoding: short + long.dropFirst(short.count)) == plain)
    }

    @Test("damage is noticed wherever it is")
    func flips() {
        let bytes = intent.encoded()
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << (bit % 8)
            #expect(Intent(decoding: damaged) == nil)
        }
        for size in 0..<bytes.count { #expect(Intent(decoding: Array(bytes.prefix(size))) == nil) }
    }

    @Test("sealed nonsense neither crashes nor is believed blindly", arguments: 0..<32 as Range<UInt64>)
    func mutations(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var body = Array(intent.encoded().dropLast(8))
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                body[Int.random(in: 0..<body.count, using: &random)] = UInt8.random(
                    in: 0...255,
                    using: &random
                )
            }
            if Bool.random(using: &random) { body.removeLast(Int.random(in: 0..<body.count, using: &random)) }
            if body.count >= 8 {
                withUnsafeBytes(of: UInt32(body.count + 8).littleEndian) {
                    body.replaceSubrange(4..<8, with: $0)
                }
            }
            var sealed = body
            withUnsafeBytes(of: Fingerprint(body).chain.littleEndian) { sealed += $0 }
            // Whatever is read must be what writing it again gives.
            if let read = Intent(decoding: sealed) { #expect(Intent(decoding: read.encoded()) == read) }
        }
    }
}
