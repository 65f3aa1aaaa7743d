internal import HTTP
package import IAM
internal import JSON
internal import Zip

/// `PUT import-iam`: takes an archive of ``ExportIAM``, or of MinIO's, in. The first entry that fails is the answer. Only the
/// root user brings service accounts of the root user in.
package struct ImportIAM: AdminOperation {
    package static let route = AdminRoute(.put, "import-iam")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.importIAM)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        let report = try await ImportArchive.run(in: context)
        if let failure = report.failed.first {
            let error = AdminError(from: failure.error)
            throw AdminError(
                .invalidRequest,
                "\(failure.name) of \(failure.path) was not imported: \(error.message)"
            )
        }
        return .empty
    }
}

/// `PUT import-iam-v2`: the same with an answer that tells what became of each entry.
package struct ImportIAMWithReport: AdminOperation {
    package static let route = AdminRoute(.put, "import-iam-v2")

    package init(parsing call: AdminCall) throws(AdminError) {}

    package var rights: Rights { Rights(Right(.importIAM)) }

    package func perform(in context: AdminContext) async throws(AdminError) -> AdminResponse {
        AdminResponse(json: try await ImportArchive.run(in: context).json)
    }
}

enum ImportArchive {
    private static let archiveSizeMax = 64 << 20
    private static let fileSizeMax = 128 << 20
    private static let entriesMax = 64

    static func run(in context: AdminContext) async throws(AdminError) -> ImportReport {
        let export = try export(from: try await context.plainBody(sizeMax: archiveSizeMax))
        let caller = context.caller
        let isRoot = caller.isAccountOwner && caller.sessionPolicies.isEmpty
        return try await translating { () throws(IAMError) in
            try await context.iam.importAll(export, makesRootsKeys: isRoot)
        }
    }

    static func export(from bytes: [UInt8]) throws(AdminError) -> IAMExport {
        var export = IAMExport()
        do throws(ZipError) {
            let archive = try ZipArchive(parsing: bytes, entriesMax: entriesMax)
            for (path, _) in export.files {
                guard let entry = archive[path] else { continue }
                export.insert(
                    try object(try archive.content(of: entry, sizeMax: fileSizeMax), path: path),
                    path: path
                )
            }
        } catch {
            throw AdminError(.invalidRequest, "The archive cannot be read: \(error)")
        }
        return export
    }

    /// - Throws: ``ZipError/damaged(name:)`` for a content that is no JSON object.
    private static func object(_ content: [UInt8], path: String) throws(ZipError) -> JSONObject {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: content, sizeMax: fileSizeMax, allowsRepeatedKeys: false)
        } catch {
            throw .damaged(name: path)
        }
        // Go writes an empty map that was never made as null.
        if value == .null { return JSONObject() }
        guard let object = value.object else { throw .damaged(name: path) }
        return object
    }
}

extension ImportReport {
    fileprivate var json: JSONValue {
        [
            "skipped": Self.grouped(skipped.map { ($0.path, .string($0.name)) }),
            "removed": .object(JSONObject()),
            "added": Self.grouped(added.map { ($0.path, .string($0.name)) }),
            "failed": Self.grouped(
                failed.map { failure in
                    let message = AdminError(from: failure.error).message
                    return (failure.path, ["name": .string(failure.name), "error": .string(message)])
                },
                isFailure: true
            ),
        ]
    }

    /// MinIO's clients read mappings as objects of names with policies where they were added or left out.
    private static func grouped(_ entries: [(path: String, JSONValue)], isFailure: Bool = false) -> JSONValue
    {
        var object = JSONObject()
        for (path, value) in entries {
            guard let (key, isMapping) = keys[path] else { continue }
            let listed: JSONValue =
                if isMapping, !isFailure, let name = value.string {
                    .object(JSONObject(name, .array([])))
                } else {
                    value
                }
            object[key] = .array((object[key]?.array ?? []) + [listed])
        }
        return .object(object)
    }

    private static let keys: [String: (key: String, isMapping: Bool)] = [
        "iam-assets/policies.json": ("policies", false), "iam-assets/users.json": ("users", false),
        "iam-assets/groups.json": ("groups", false), "iam-assets/svcaccts.json": ("serviceAccounts", false),
        "iam-assets/user_mappings.json": ("userPolicies", true),
        "iam-assets/group_mappings.json": ("groupPolicies", true),
        "iam-assets/stsuser_mappings.json": ("stsPolicies", true),
    ]
}

extension JSONObject {
    fileprivate init(_ key: String, _ value: JSONValue) {
        self.init()
        self[key] = value
    }
}
