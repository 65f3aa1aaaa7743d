extension S3Error {
    /// PreconditionFailed, with the name of the condition that does not hold.
    ///
    /// - Parameter isOfCopySource: whether it was about the source of a copy.
    package static func preconditionFailed(
        _ condition: ConditionalHeaders.Condition,
        isOfCopySource: Bool = false
    ) -> S3Error {
        let prefix = isOfCopySource ? "x-amz-copy-source-" : ""
        return S3Error(.preconditionFailed, fields: [Field("Condition", prefix + condition.rawValue)])
    }
}
