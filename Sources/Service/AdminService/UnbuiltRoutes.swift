internal import HTTP

/// Calls that MinIO or RustFS have and this server has not. They are told apart from calls that nobody has, so that a
/// client can say which feature is missing.
///
/// | Area | What `mc admin` and minio-py's `MinioAdmin` call | Here |
/// |---|---|---|
/// | users, groups, policies | `user`, `group`, `policy` | served |
/// | access keys | `accesskey`, `idp ldap accesskey`, `idp openid accesskey` | served |
/// | policies of a directory's users | `idp ldap policy` | served |
/// | identity providers | `idp openid`, `idp ldap`: `ls`, `info` | served; set up at start, so not `add`, `update`, `rm` |
/// | settings | `config` | served, for what the server obeys |
/// | IAM and bucket settings as archives | `cluster iam`, `cluster bucket` | served |
/// | the server | `info`, `service restart`, `service stop` | served; not `freeze`, `unfreeze` |
/// | usage | `get_data_usage_info` | served without counts |
/// | the work that carries out lifecycles | nothing; RustFS's `ilm/expiry/status` | served |
/// | healing, scanner, locks | `heal`, `scanner`, `top locks`, `force-unlock` | not implemented |
/// | quotas, tiers, targets, replication, batch jobs | `quota`, `tier`, `replicate`, `batch` | not implemented |
/// | pools | `decommission`, `rebalance` | not implemented |
/// | keys | `kms key` | not implemented |
/// | watching | `trace`, `logs`, `prometheus`, `bandwidth`, `profile`, `speedtest`, `inspect`, `obdinfo` | not implemented |
/// | updates | `update` | not implemented |
package enum UnbuiltRoutes {
    /// Whether a call of that method and path is one of them.
    static func contain(_ method: RequestMethod, _ names: [String]) -> Bool {
        all.contains { $0.method == method && $0.fits(names) }
            || anyBelow.contains { names.joined(separator: "/").hasPrefix($0) }
    }

    /// Whole families, whatever the method.
    package static let anyBelow = [
        "kms/", "site-replication/", "oidc/", "target/", "audit/", "scanner/",
        "profiling/", "speedtest", "heal/", "pools/", "rebalance/", "ilm/transition/", "debug/", "top/",
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
        AdminRoute(.put, "idp-config/{type}/{name}"), AdminRoute(.post, "idp-config/{type}/{name}"),
        AdminRoute(.delete, "idp-config/{type}/{name}"),
        AdminRoute(.put, "tier"), AdminRoute(.get, "tier"), AdminRoute(.get, "tier-stats"),
        AdminRoute(.post, "force-unlock"), AdminRoute(.get, "trace"), AdminRoute(.get, "log"),
        AdminRoute(.get, "obdinfo"), AdminRoute(.get, "healthinfo"), AdminRoute(.get, "bandwidth"),
        AdminRoute(.put, "set-policy"), AdminRoute(.get, "module-switches"),
        AdminRoute(.put, "module-switches"),
    ]
}
