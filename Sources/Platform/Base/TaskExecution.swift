/// Where tasks that a task starts on the side should run.
///
/// Child tasks inherit their parent's executor, but a task that may outlive its parent does not; a server sets
/// this for each exchange, so that asking several drives costs no change of thread.
package enum TaskExecution {
    @TaskLocal package static var preferred: (any TaskExecutor)?

    /// Starts a task on the preferred executor, on the global one without a preference.
    @discardableResult
    package static func start<Answer: Sendable>(
        _ body: @escaping @Sendable () async -> Answer
    ) -> Task<Answer, Never> {
        Task(executorPreference: preferred, operation: body)
    }
}
