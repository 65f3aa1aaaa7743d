package import IAM
package import S3API

/// One S3 operation: which requests it answers, what they need to be allowed, and what it does.
///
/// A conforming type is one file named after the operation in the S3 reference. The server routes,
/// authenticates, authorises every one of ``rights``, runs ``perform(in:)`` and sends the answer; an
/// operation never sees a socket or a signature.
package protocol S3Operation: Sendable {
    static var route: Route { get }
    /// Whether clients call it to find out which region to sign for, so that any is accepted.
    static var findsRegion: Bool { get }
    /// Whether a signed request that no policy grants ``rights`` runs nevertheless and shows what the sender may see of it
    /// by other rights; an explicit Deny still denies.
    static var narrowsWithoutRights: Bool { get }
    /// Whether the body says what conditions of policies ask for, as tags do, or which objects are meant. ``perform(in:)``
    /// then asks for the rights itself, once it has read the body and before it does anything.
    static var conditionsAreInBody: Bool { get }

    /// Reads the head. What is wrong with it is said here, before anything is looked at.
    init(parsing request: S3Request) throws(S3Error)

    /// What this request, as parsed, must be allowed to do: reading a version asks for another action than
    /// reading the newest, a copy asks for its source too.
    var rights: Rights { get }

    /// Called only after every one of ``rights`` was granted, or as ``narrowsWithoutRights`` and
    /// ``conditionsAreInBody`` say. The body has not been touched before.
    func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
}

extension S3Operation {
    /// As in the S3 reference.
    package static var name: String { "\(Self.self)" }

    package static var findsRegion: Bool { false }
    package static var narrowsWithoutRights: Bool { false }
    package static var conditionsAreInBody: Bool { false }
}
