import Base
import S3API
import S3Service
import ServiceTestSupport
import Testing

@testable import Engine

private let now = Timestamp(seconds: 1_800_000_000)
private let past = "2027-01-15T07:59:59.999Z"
private let present = "2027-01-15T08:00:00.000Z"
private let future = "2027-01-15T08:00:00.001Z"
private let later = "2030-01-01T00:00:00.000Z"

private func version(mode: String? = nil, until: String? = nil, hold: String? = nil) -> ObjectVersion {
    let stored = [
        ("x-amz-object-lock-mode", mode), ("X-Amz-Object-Lock-Retain-Until-Date", until),
        ("x-amz-object-lock-legal-hold", hold),
    ]
    return ObjectVersion(
        bucket: "b",
        key: "k",
        id: .zero,
        isDeleteMarker: false,
        modified: Timestamp(seconds: 1_000_000),
        size: 0,
        parts: [],
        metadata: stored.compactMap { name, value in value.map { (name: name, value: $0) } },
        internalMetadata: [],
        dataDirectory: .zero,
        geometry: nil
    )
}

@Suite struct ObjectLockStateTests {
    @Test(
        arguments: [
            (nil, nil, nil, true, true), (nil, nil, "OFF", true, true), (nil, nil, "", true, true),
            (nil, nil, "ON", false, false), (nil, nil, "on", false, false), (nil, nil, "?", false, false),
            ("GOVERNANCE", past, nil, true, true), ("GOVERNANCE", present, nil, true, true),
            ("GOVERNANCE", future, nil, false, true), ("governance", future, "OFF", false, true),
            ("GOVERNANCE", future, "ON", false, false), ("COMPLIANCE", past, nil, true, true),
            ("COMPLIANCE", past, "ON", false, false), ("COMPLIANCE", future, nil, false, false),
            ("COMPLIANCE", "9999-12-31T00:00:00Z", nil, false, false),
            ("COMPLIANCE", "nonsense", nil, false, false), ("GOVERNANCE", "nonsense", nil, false, true),
            ("NEW MODE", future, nil, false, false), ("", "", "", true, true), ("", future, nil, true, true),
        ] as [(String?, String?, String?, Bool, Bool)]
    )
    func whatIsLockedStays(mode: String?, until: String?, hold: String?, isFree: Bool, isFreeByBypass: Bool) {
        let state = ObjectLockState(of: version(mode: mode, until: until, hold: hold))
        #expect((state.refusalOfDeletion(at: now, bypassesGovernance: false) == nil) == isFree)
        #expect((state.refusalOfDeletion(at: now, bypassesGovernance: true) == nil) == isFreeByBypass)
    }

    @Test(
        arguments: [
            // What is stored, what is asked for, whether that is allowed, and by bypassing governance.
            (nil, nil, "COMPLIANCE", later, true, true), (nil, nil, nil, nil, true, true),
            ("GOVERNANCE", later, "GOVERNANCE", later, true, true),
            ("GOVERNANCE", future, "GOVERNANCE", later, true, true),
            ("GOVERNANCE", later, "GOVERNANCE", future, false, true),
            ("GOVERNANCE", future, "COMPLIANCE", later, false, true),
            ("GOVERNANCE", later, nil, nil, false, true),
            ("GOVERNANCE", past, "COMPLIANCE", later, true, true), ("GOVERNANCE", past, nil, nil, true, true),
            ("COMPLIANCE", future, "COMPLIANCE", later, true, true),
            ("COMPLIANCE", future, "COMPLIANCE", future, true, true),
            ("COMPLIANCE", later, "COMPLIANCE", future, false, false),
            ("COMPLIANCE", future, "GOVERNANCE", later, false, false),
            ("COMPLIANCE", future, nil, nil, false, false),
            ("COMPLIANCE", past, "GOVERNANCE", later, true, true), ("COMPLIANCE", past, nil, nil, true, true),
            ("COMPLIANCE", "nonsense", "COMPLIANCE", later, false, false),
            ("unknown", later, "GOVERNANCE", later, false, false),
        ] as [(String?, String?, String?, String?, Bool, Bool)]
    )
    func retentionIsExtendedOnly(
        mode: String?,
        until: String?,
        wantedMode: String?,
        wantedUntil: String?,
        isAllowed: Bool,
        isAllowedByBypass: Bool
    ) throws {
        let state = ObjectLockState(of: version(mode: mode, until: until))
        var wanted: Retention?
        if let wantedMode, let wantedUntil {
            wanted = Retention(
                try #require(RetentionMode(rawValue: wantedMode)),
                until: try #require(Timestamp(iso8601: wantedUntil))
            )
        }
        for (bypasses, expected) in [(false, isAllowed), (true, isAllowedByBypass)] {
            let refusal = state.refusal(ofChangeTo: wanted, at: now, bypassesGovernance: bypasses)
            #expect((refusal == nil) == expected, "bypass: \(bypasses)")
        }
    }

    @Test func aLegalHoldDoesNotForbidToChangeRetention() {
        let state = ObjectLockState(of: version(mode: "GOVERNANCE", until: future, hold: "ON"))
        #expect(state.refusal(ofChangeTo: nil, at: now, bypassesGovernance: true) == nil)
    }
}

@Suite struct ObjectLockHeadersTests {
    private static let settings = BucketSettings.none

    private func headers(_ fields: [String]) throws -> ObjectLockHeaders {
        try ObjectLockHeaders(of: request("PUT", "/b/k", fields))
    }

    @Test func whatIsSentIsStoredAsMinIOStoresIt() throws {
        let lock = try headers([
            "x-amz-object-lock-mode: compliance",
            "x-amz-object-lock-retain-until-date: 2030-01-01T01:00:00.1234+01:00",
            "x-amz-object-lock-legal-hold: on",
        ])
        #expect(
            lock.stored.map { "\($0.name)=\($0.value)" } == [
                "x-amz-object-lock-mode=COMPLIANCE",
                "x-amz-object-lock-retain-until-date=2030-01-01T00:00:00.123Z",
                "x-amz-object-lock-legal-hold=ON",
            ]
        )
        #expect(try headers([]).stored.isEmpty)
    }

    @Test(arguments: [
        ["x-amz-object-lock-mode: GOVERNANCE"], ["x-amz-object-lock-retain-until-date: 2030-01-01T00:00:00Z"],
        ["x-amz-object-lock-mode: X", "x-amz-object-lock-retain-until-date: 2030-01-01T00:00:00Z"],
        ["x-amz-object-lock-mode: GOVERNANCE", "x-amz-object-lock-retain-until-date: 2030"],
        ["x-amz-object-lock-legal-hold: maybe"],
    ])
    func halfAndUnknownLocksAreRefused(fields: [String]) {
        #expect { try headers(fields) } throws: { ($0 as? S3Error)?.code == .invalidArgument }
    }

    @Test func aLockNeedsABucketWithLocksAndADateToCome() throws {
        let hold = try headers(["x-amz-object-lock-legal-hold: OFF"])
        var settings = Self.settings
        #expect { try hold.check(in: settings, now: now) } throws: {
            ($0 as? S3Error)?.code == .invalidRequest
        }
        try headers([]).check(in: settings, now: now)
        settings.hasObjectLock = true
        try hold.check(in: settings, now: now)
        let mode = "x-amz-object-lock-mode: GOVERNANCE"
        try headers([mode, "x-amz-object-lock-retain-until-date: \(future)"]).check(in: settings, now: now)
        let over = try headers([mode, "x-amz-object-lock-retain-until-date: \(present)"])
        #expect { try over.check(in: settings, now: now) } throws: {
            ($0 as? S3Error)?.code == .invalidArgument
        }
    }
}
