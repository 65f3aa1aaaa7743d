package import IAM

/// One call of the administration interface: which requests it answers, what they need to be allowed, and what it
/// does.
///
/// A conforming type is one file named after the call's route. ``AdminInterface`` routes, asks for every one of
/// ``rights``, runs ``perform(in:)`` and answers.
package protocol AdminOperation: Sendable {
    static var route: AdminRoute { get }
    /// For the log.
    static var name: String { get }

    /// Reads path and query.
    init(parsing call: AdminCall) throws(AdminError)

    /// What this call, as parsed, must be allowed to do. What only its body names is asked for by
    /// ``AdminContext/require(_:)`` before anything is done.
    var rights: Rights { get }

    /// Each allows the call as well as ``rights`` do.
    var alternativeRights: [Rights] { get }

    /// Called only after the rights were granted. The body has not been touched before.
    func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse
}

extension AdminOperation {
    package static var name: String { "\(Self.self)" }

    package var alternativeRights: [Rights] { [] }
}
