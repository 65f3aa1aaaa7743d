import AdminEncryption
import Base
import IAM
import Telemetry

final class TestTime: TimeSource {
    private let current: Locked<Timestamp>

    init(_ now: Timestamp = Timestamp(seconds: 1_750_000_000)) { current = Locked(now) }

    var now: Timestamp { current.withLock { $0 } }
    var elapsed: Duration { .zero }
    func sleep(for duration: Duration) async {}
    func advance(by duration: Duration) { current.withLock { $0 = $0 + duration } }
}

final class TestRandomness: Randomness {
    private let generator: Locked<SeededGenerator>
    init(seed: UInt64 = 1) { generator = Locked(SeededGenerator(seed: seed)) }
    func next() -> UInt64 { generator.withLock { $0.next() } }
}

struct NoDecryption: IAMDecryption {
    func decrypt(_ payload: [UInt8]) async throws(AdminEncryptionError) -> [UInt8] { throw .notAuthentic }
}

let rootCredential = Credential(
    accessKey: "fixtureadmin",
    secret: Secret("fixturesecret123"),
    identity: .anonymous
)

/// A store over files in memory, loaded.
func makeIAM(
    _ storage: MemoryStorage,
    time: TestTime = TestTime(),
    seed: UInt64 = 1,
    decryption: any IAMDecryption = NoDecryption()
) async throws -> IAM {
    let iam = unloadedIAM(storage, time: time, seed: seed, decryption: decryption)
    _ = try await iam.load()
    return iam
}

func unloadedIAM(
    _ storage: MemoryStorage,
    time: TestTime = TestTime(),
    seed: UInt64 = 1,
    decryption: any IAMDecryption = NoDecryption()
) -> IAM {
    IAM(
        root: rootCredential,
        storage: storage,
        decryption: decryption,
        time: time,
        randomness: TestRandomness(seed: seed)
    )
}

func policyText(_ effect: String = "Allow", _ action: String = "s3:GetObject", on resource: String = "*")
    -> [UInt8]
{
    Array(
        #"{"Version":"2012-10-17","Statement":[{"Effect":"\#(effect)","Action":["\#(action)"],"Resource":["arn:aws:s3:::\#(resource)"]}]}"#
            .utf8
    )
}

/// What MinIO's release of October 2025 wrote for one user in one group with one policy and one service account.
enum MinIOFiles {
    static let user =
        #"{"version":1,"credentials":{"accessKey":"fxuser","secretKey":"fxuserpass123","expiration":"0001-01-01T00:00:00Z","status":"on"},"updatedAt":"2026-11-21T09:30:01.984330484Z"}"#
    static let policy =
        #"{"Version":1,"Policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::fx-basic","arn:aws:s3:::fx-basic/*"]}]},"CreateDate":"2026-11-21T09:30:01.632Z","UpdateDate":"2026-11-21T09:30:01.632Z"}"#
    static let mapping =
        #"{"version":0,"policy":"fx-readbasic","updatedAt":"2026-11-21T09:30:02.372957881Z"}"#
    static let serviceAccount =
        #"{"version":1,"credentials":{"accessKey":"fxsvcaccesskey01","secretKey":"fxsvcsecretkey0123456789","sessionToken":"eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJhY2Nlc3NLZXkiOiJmeHN2Y2FjY2Vzc2tleTAxIiwicGFyZW50IjoiZnh1c2VyIiwic2EtcG9saWN5IjoiaW5oZXJpdGVkLXBvbGljeSJ9.ngvrKTGSMqA59IV_m6vVteP1a18Cb1oQhAmSsKuZdgtoTrL80RaWpkPt2h111g5X9cy0uECFDm7eEGPCDgcKwA","expiration":"1970-01-01T00:00:00Z","status":"on","parentUser":"fxuser","name":"fxsvc"},"updatedAt":"2026-11-21T09:30:02.981564986Z"}"#
    static let members =
        #"{"version":1,"status":"enabled","members":["fxuser"],"updatedAt":"2026-11-21T09:30:02.64194205Z"}"#

    static var all: [String: [UInt8]] {
        [
            "config/iam/format.json": #"{"version":1}"#, "config/iam/users/fxuser/identity.json": user,
            "config/iam/policies/fx-readbasic/policy.json": policy,
            "config/iam/policydb/users/fxuser.json": mapping,
            "config/iam/service-accounts/fxsvcaccesskey01/identity.json": serviceAccount,
            "config/iam/groups/fxgroup/members.json": members,
        ].mapValues { Array($0.utf8) }
    }
}
