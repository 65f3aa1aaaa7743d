import Testing

@testable import Engine

@Suite struct RecoveryDecisionTests {
    @Test(
        "A removal is completed only when too few can be left that have the version",
        arguments: [
            (holders: 0, unknown: 0, decision: Recovery.Decision.complete),
            (holders: 0, unknown: 1, decision: .complete),
            (holders: 1, unknown: 0, decision: .complete),
            (holders: 0, unknown: 2, decision: .leaveOpen),
            (holders: 1, unknown: 1, decision: .leaveOpen),
            (holders: 1, unknown: 2, decision: .leaveOpen),
            (holders: 2, unknown: 0, decision: .revert),
            (holders: 2, unknown: 2, decision: .revert),
        ]
    )
    func removal(holders: Int, unknown: Int, decision: Recovery.Decision) {
        #expect(Recovery.decideRemoval(holders, unknown, dataShards: 2) == decision)
    }

    @Test(
        "The removal of a delete marker is decided by half of the drives",
        arguments: [(driveCount: 1, required: 1), (2, 1), (3, 2), (4, 2), (5, 3), (12, 6), (16, 8)]
    )
    func markers(driveCount: Int, required: Int) {
        #expect(Recovery.holdersRequired(0, driveCount: driveCount) == required)
        #expect(Recovery.holdersRequired(3, driveCount: driveCount) == 3)
    }
}
