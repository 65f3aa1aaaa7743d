/// The families of settings, in the order of the help. What their values may be, those parts of the server say.
let settingFamilies = [openIDFamily, directoryFamily]

/// Each target is a provider.
let openIDFamily = SettingFamily(
    section: .identities,
    stem: "IDENTITY_OPENID_",
    takesTargets: true,
    members: [
        .init(
            name: "CONFIG_URL",
            meaning: "an OpenID provider's discovery document: `https://…/.well-known/openid-configuration`"
        ),
        .init(name: "CLIENT_ID", meaning: "whom its tokens must be for"),
        .init(name: "CLIENT_SECRET", meaning: "kept for the console's login", isSecret: true),
        .init(
            name: "CLAIM_NAME",
            meaning: "the claim that names a user's policies; `policy` where it is not set"
        ),
        .init(name: "CLAIM_PREFIX", meaning: "what stands before that name"),
        .init(
            name: "CLAIM_USERINFO",
            meaning: "`on` asks the provider for claims that the token lacks, with the user's access token"
        ),
        .init(
            name: "ROLE_POLICY",
            meaning:
                "policies of everybody who takes the provider's role, in place of a claim, separated by commas"
        ),
        .init(name: "ISSUER", meaning: "who the tokens are from, where it does not follow from `CONFIG_URL`"),
        .init(
            name: "PRIVATE_NETWORK",
            meaning: "`on` where the host of `CONFIG_URL` has an address in a private network"
        ),
        .init(name: "SCOPES", meaning: "kept for the console's login, separated by commas"),
        .init(name: "REDIRECT_URI", meaning: "kept for the console's login"),
        .init(name: "REDIRECT_URI_DYNAMIC", meaning: "kept for the console's login"),
        .init(name: "DISPLAY_NAME", meaning: "kept for the console's login"),
        .init(name: "COMMENT", meaning: "is not read"),
        .init(name: "ENABLE", meaning: "`off` for a provider that is not to be used for now"),
        .init(name: "VENDOR", meaning: "", isBuilt: false),
        .init(name: "KEYCLOAK_REALM", meaning: "", isBuilt: false),
        .init(name: "KEYCLOAK_ADMIN_URL", meaning: "", isBuilt: false),
    ]
)

let directoryFamily = SettingFamily(
    section: .identities,
    stem: "IDENTITY_LDAP_",
    takesTargets: false,
    members: [
        .init(
            name: "SERVER_ADDR",
            meaning: "an LDAP directory's `host:port`; port 636 with TLS, otherwise 389"
        ),
        .init(name: "LOOKUP_BIND_DN", meaning: "the account that looks users and groups up"),
        .init(name: "LOOKUP_BIND_PASSWORD", meaning: "its password", isSecret: true),
        .init(name: "USER_DN_SEARCH_BASE_DN", meaning: "where users are, separated by semicolons"),
        .init(
            name: "USER_DN_SEARCH_FILTER",
            meaning: "finds a user, with `%s` for the name, as in `(uid=%s)`"
        ),
        .init(name: "GROUP_SEARCH_BASE_DN", meaning: "where groups are, separated by semicolons"),
        .init(
            name: "GROUP_SEARCH_FILTER",
            meaning: "finds a user's groups, with `%s` for the name and `%d` for the user's DN"
        ),
        .init(name: "TLS_SKIP_VERIFY", meaning: "`on` trusts any certificate"),
        .init(name: "SERVER_STARTTLS", meaning: "`on` begins TLS on the plain port"),
        .init(name: "SERVER_INSECURE", meaning: "`on` sends passwords without TLS"),
        .init(name: "COMMENT", meaning: "is not read"),
        .init(name: "ENABLE", meaning: "`off` for a directory that is not to be used for now"),
        .init(name: "SRV_RECORD_NAME", meaning: "", isBuilt: false),
        .init(name: "USER_DN_ATTRIBUTES", meaning: "", isBuilt: false),
    ]
)
