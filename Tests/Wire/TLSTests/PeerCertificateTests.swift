import Base
import COpenSSLTLS
import Testing

@testable import TLS

@Suite struct PeerCertificateTests {
    private func reading(_ shape: TestIdentity.Shape) -> PeerCertificate {
        let identity = TestIdentity(shape)
        return withExtendedLifetime(identity) {
            PeerCertificate(reading: identity.certificate, others: nil, verification: .trusted)
        }
    }

    @Test func severalCommonNamesAreNone() {
        var shape = TestIdentity.Shape("reader")
        shape.commonNames.append(Array("consoleAdmin".utf8))
        #expect(reading(shape).commonName == "")
        #expect(reading(shape).defect == .severalNames)
    }

    @Test func noCommonNameIsNoDefect() {
        var shape = TestIdentity.Shape("reader")
        shape.commonNames = []
        #expect(reading(shape).commonName == "")
        #expect(reading(shape).defect == nil)
    }

    @Test(
        arguments: [
            "consoleAdmin\0.example.com", "\0", "a\nb", "a\u{7f}", "a\u{85}", "a\u{200b}b", "a\u{202e}b",
            String(repeating: "a", count: 257),
        ]
    )
    func aNameThatCouldBeTakenForAnotherIsNone(name: String) {
        var shape = TestIdentity.Shape("reader")
        shape.commonNames = [Array(name.utf8)]
        #expect(reading(shape).commonName == "")
        #expect(reading(shape).defect == .unreadableName)
    }

    @Test(arguments: [1, 255, 256]) func namesOfEveryFitSizeAreRead(size: Int) {
        let name = String(repeating: "a", count: size)
        #expect(reading(TestIdentity.Shape(name)).commonName == name)
        #expect(reading(TestIdentity.Shape(name)).defect == nil)
    }

    @Test(arguments: [16, 17]) func sixteenOrganizationsAreTheMost(count: Int) {
        var shape = TestIdentity.Shape("reader")
        shape.organizations = (0..<count).map { "o\($0)" }
        #expect(reading(shape).organizations == (count <= 16 ? shape.organizations : []))
        #expect(reading(shape).defect == (count <= 16 ? nil : .unreadableName))
    }

    @Test(
        arguments: [
            ("20301231235959Z", 1_924_991_999), ("491231235959Z", 2_524_607_999),
            ("22620101000000Z", 9_214_646_400), ("99991231235959Z", 9_214_646_400),
        ] as [(String, Int64)]
    )
    func datesAreReadToTheSecond(text: String, seconds: Int64) {
        var shape = TestIdentity.Shape("reader")
        shape.notAfterText = text
        #expect(reading(shape).notAfter == Timestamp(seconds: seconds))
    }

    /// Of what OpenSSL takes for a certificate nothing crashes the reader, and a name is always fit.
    @Test(arguments: 1...8 as ClosedRange<UInt64>) func brokenCertificatesAreRead(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var shape = TestIdentity.Shape("reader")
        shape.organizations = ["one", "two"]
        let whole = TestIdentity(shape).bytes
        var readCount = 0
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
                    in: 0...255,
                    using: &generator
                )
            }
            let certificate = bytes.withUnsafeBufferPointer { buffer in
                var start = buffer.baseAddress
                return d2i_X509(nil, &start, buffer.count)
            }
            ERR_clear_error()
            guard let certificate else { continue }
            defer { X509_free(certificate) }
            let read = PeerCertificate(
                reading: certificate,
                others: nil,
                verification: .untrusted(reason: "")
            )
            readCount += 1
            for name in [read.commonName, read.issuerCommonName] + read.organizations {
                #expect(name.utf8.count <= PeerCertificate.nameSizeMax)
                #expect(name.unicodeScalars.allSatisfy { $0.value >= 0x20 })
            }
        }
        #expect(readCount > 100)
    }
}
