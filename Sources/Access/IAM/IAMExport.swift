package import JSON

/// Everything that `mc admin cluster iam export` takes along: the seven files of its archive. Temporary credentials
/// stay behind.
package struct IAMExport: Sendable, Equatable {
    /// Each is an object by names.
    package var policies = JSONObject()
    package var users = JSONObject()
    package var groups = JSONObject()
    package var serviceAccounts = JSONObject()
    package var userMappings = JSONObject()
    package var groupMappings = JSONObject()
    package var externalUserMappings = JSONObject()

    package init() {}

    /// Their names in the archive with what they hold.
    package var files: [(path: String, content: JSONObject)] {
        [
            ("iam-assets/policies.json", policies), ("iam-assets/users.json", users),
            ("iam-assets/groups.json", groups), ("iam-assets/svcaccts.json", serviceAccounts),
            ("iam-assets/user_mappings.json", userMappings),
            ("iam-assets/group_mappings.json", groupMappings),
            ("iam-assets/stsuser_mappings.json", externalUserMappings),
        ]
    }

    /// Takes one file of the archive in; names it does not know are left alone.
    package mutating func insert(_ content: JSONObject, path: String) {
        switch path {
        case "iam-assets/policies.json": policies = content
        case "iam-assets/users.json": users = content
        case "iam-assets/groups.json": groups = content
        case "iam-assets/svcaccts.json": serviceAccounts = content
        case "iam-assets/user_mappings.json": userMappings = content
        case "iam-assets/group_mappings.json": groupMappings = content
        case "iam-assets/stsuser_mappings.json": externalUserMappings = content
        default: break
        }
    }
}

/// What became of each entry of an import, by its kind and name.
package struct ImportReport: Sendable, Equatable {
    package struct Failure: Sendable, Equatable {
        package let path: String
        package let name: String
        package let error: IAMError
    }

    package struct Entry: Sendable, Equatable {
        package let path: String
        package let name: String
    }

    package var added: [Entry] = []
    /// Service accounts whose keys somebody else has, mappings of what does not exist.
    package var skipped: [Entry] = []
    package var failed: [Failure] = []
}
