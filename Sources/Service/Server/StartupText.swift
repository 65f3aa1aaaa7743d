internal import Configuration
internal import Directory
internal import Engine
internal import OpenID
internal import Posix
internal import Topology

/// What an operator reads first. Shows no secret.
struct StartupText {
    let settings: ServerSettings
    let health: EngineHealth
    let parity: StorageClassParity
    let apiAddresses: [SocketAddress]
    let consoleAddresses: [SocketAddress]
    let isTLS: Bool
    var accounts: AccountsReport?

    var text: String {
        var lines = ["Martlet \(ServerVersion.text)"]
        lines.append("API:      \(apiURLs.joined(separator: "  "))")
        if !consoleAddresses.isEmpty {
            lines.append(
                "WebUI:    \(urls(consoleAddresses).joined(separator: "  "))  (not built yet: a plain page)"
            )
        }
        lines.append("Drives:   \(drives)")
        lines.append("Parity:   \(parity.standard) (REDUCED_REDUNDANCY: \(parity.reducedRedundancy))")
        if let users = accounts?.text { lines.append("Users:    \(users)") }
        if !settings.domains.isEmpty { lines.append("Domains:  \(settings.domains.joined(separator: ", "))") }
        lines += settings.openIDProviders.map { "OpenID:   \($0.issuer)\(role(of: $0))" }
        if let directory = settings.directory {
            lines.append("LDAP:     \(directory.host), port \(directory.port)")
        }
        lines += ["", "Connect:"] + connecting
        for warning in settings.warnings { lines += ["", "WARNING: \(warning)"] }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What clients have to name, which nothing else tells them.
    private func role(of provider: ProviderSettings) -> String {
        provider.roleARN(region: settings.roleRegion).map { "  role \($0)" } ?? ""
    }

    private var apiURLs: [String] { urls(apiAddresses) }

    private var drives: String {
        let offline = health.drives.filter { !$0.isOnline }
        let sets = Set(health.drives.map { [$0.poolIndex, $0.setIndex] })
        let counts =
            "\(health.drives.count - offline.count) online, \(offline.count) offline, "
            + "\(sets.count) erasure \(sets.count == 1 ? "set" : "sets")"
        guard !offline.isEmpty else { return counts }
        return counts + "; offline: " + offline.map(\.endpoint).joined(separator: ", ")
    }

    private var connecting: [String] {
        [
            "  export AWS_ACCESS_KEY_ID=\(settings.credentials.accessKey) AWS_SECRET_ACCESS_KEY=<the secret key>",
            "  aws --endpoint-url \(apiURLs.first ?? "") s3 mb s3://bucket",
            "  aws --endpoint-url \(apiURLs.first ?? "") s3 cp file s3://bucket/",
        ]
    }

    /// Every address of the machine is shown as the one that surely works from here.
    private func urls(_ addresses: [SocketAddress]) -> [String] {
        addresses.map { address in
            "\(isTLS ? "https" : "http")://\(address.isWildcard ? SocketAddress.loopback(port: address.port) : address)"
        }
    }
}

extension ServerSettings {
    /// What providers' roles are named by: nothing where no region was chosen, as in MinIO.
    var roleRegion: String { region == ServerSettings().region ? "" : region }
}
