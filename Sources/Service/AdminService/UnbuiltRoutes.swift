internal import HTTP

/// Calls that MinIO or RustFS have and this server has not. They are told apart from calls that nobody has, so that a
/// client can say which feature is missing.
package enum UnbuiltRoutes {
    /// Whether a call of that method and path is one of them.
    static func contain(_ method: RequestMethod, _ names: [String]) -> Bool {
        all.contains { $0.method == method && $0.fits(names) }
            || anyBelow.contains { names.joined(separator: "/").hasPrefix($0) }
    }

    /// Whole families, whatever the method.
    package static let anyBelow = [
        "kms/", "site-replication/", "idp-config/", "idp/ldap/", "idp/openid/", "oidc/", "target/", "audit/",
        "profiling/", "speedtest", "heal/", "pools/", "rebalance/", "ilm/", "debug/", "top/",
        "bucket-durability/",
        "quota/", "usage/", "tier/", "replication/", "object-zip-downloads",
    ]

    package static let all: [AdminRoute] = [
        AdminRoute(.get, "metrics"), AdminRoute(.get, "inspect-data"), AdminRoute(.post, "inspect-data"),
        AdminRoute(.post, "update"), AdminRoute(.post, "heal"), AdminRoute(.post, "background-heal/status"),
        AdminRoute(.post, "profile"), AdminRoute(.get, "get-bucket-quota"),
        AdminRoute(.put, "set-bucket-quota"),
        AdminRoute(.get, "list-remote-targets"), AdminRoute(.put, "set-remote-target"),
        AdminRoute(.delete, "remove-remote-target"), AdminRoute(.get, "replicationmetrics"),
        AdminRoute(.post, "start-job"), AdminRoute(.get, "list-jobs"), AdminRoute(.get, "status-job"),
        AdminRoute(.get, "describe-job"), AdminRoute(.delete, "cancel-job"),
        AdminRoute(.get, "export-bucket-metadata"), AdminRoute(.put, "import-bucket-metadata"),
        AdminRoute(.put, "tier"), AdminRoute(.get, "tier"), AdminRoute(.get, "tier-stats"),
        AdminRoute(.post, "force-unlock"), AdminRoute(.get, "trace"), AdminRoute(.get, "log"),
        AdminRoute(.get, "obdinfo"), AdminRoute(.get, "healthinfo"), AdminRoute(.get, "bandwidth"),
        AdminRoute(.put, "set-policy"), AdminRoute(.get, "module-switches"),
        AdminRoute(.put, "module-switches"),
    ]
}
