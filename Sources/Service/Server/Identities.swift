internal import Base
internal import IAM
internal import Telemetry

/// What is known of users when the server starts, for the operator.
enum AccountsReport: Sendable {
    case loaded(LoadReport)
    case notLoaded(IAMError)

    var isLoaded: Bool {
        switch self {
        case .loaded: true
        case .notLoaded: false
        }
    }

    /// `nil` where there is nothing to say: no users, and nothing that could not be read.
    var text: String? {
        switch self {
        case .notLoaded(let error): return "only the root user for now: users cannot be read (\(error))"
        case .loaded(let report):
            let counts = [
                (report.userCount, "user"), (report.groupCount, "group"), (report.policyCount, "policy"),
                (report.serviceAccountCount, "service account"),
            ]
            var parts = counts.filter { $0.0 > 0 }.map { "\($0) \(Self.plural($1, $0))" }
            if !report.unreadable.isEmpty {
                parts.append("\(report.unreadable.count) that cannot be read, see the log")
            }
            return parts.isEmpty ? nil : parts.joined(separator: ", ")
        }
    }

    private static func plural(_ noun: String, _ count: Int) -> String {
        guard count != 1 else { return noun }
        return noun.hasSuffix("y") ? "\(noun.dropLast())ies" : "\(noun)s"
    }
}

/// Reads users, groups and policies. What cannot be read keeps the server from nothing but letting those in whom it
/// concerns.
func loadIdentities(_ iam: IAM, _ logger: Logger) async -> AccountsReport {
    do throws(IAMError) {
        let report = try await iam.load()
        for item in report.unreadable {
            logger.error(
                "a stored user or policy cannot be read, so whoever it concerns is refused",
                ["path": .text(item.path), "reason": .text(item.reason)]
            )
        }
        return .loaded(report)
    } catch {
        logger.error("users and policies cannot be read, only root is let in", ["reason": .of(error)])
        return .notLoaded(error)
    }
}

/// Removes expired credentials and rereads what could not be read, every minute until the task is cancelled; loads
/// users first where that failed at start.
func keepIdentities(_ iam: IAM, isLoaded: Bool, _ logger: Logger) -> Task<Void, Never> {
    let time = SystemTime()
    return Task {
        var isLoaded = isLoaded
        while !Task.isCancelled {
            await time.sleep(for: isLoaded ? .seconds(60) : .seconds(5))
            if Task.isCancelled { return }
            guard isLoaded else {
                isLoaded = await loadIdentities(iam, logger).isLoaded
                continue
            }
            do throws(IAMError) {
                let removedCount = try await removeExpired(iam)
                if removedCount > 0 {
                    logger.info("expired credentials were removed", ["count": .count(removedCount)])
                }
            } catch {
                logger.warning("users and policies could not be looked after", ["reason": .of(error)])
            }
        }
    }
}

/// Removes all expired credentials there are, however many, and rereads what could not be read; ends early when the task
/// is cancelled.
///
/// - Parameter limit: of one pass, between which others' changes are made.
/// - Returns: how many credentials were removed.
func removeExpired(_ iam: IAM, limit: Int = 1000) async throws(IAMError) -> Int {
    var removedCount = 0
    while true {
        let report = try await iam.maintain(limit: limit)
        removedCount += report.removedCount
        guard report.hasMore, report.removedCount > 0, !Task.isCancelled else { return removedCount }
    }
}
