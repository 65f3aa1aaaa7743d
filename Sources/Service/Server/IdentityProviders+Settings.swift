internal import AdminService
internal import Configuration
internal import Directory
internal import HTTPClient
internal import OpenID

extension IdentityProviders {
    /// Those that the server was started with, without their secrets.
    init(_ settings: ServerSettings) {
        self.init()
        configurations = settings.openIDProviders.map { provider in
            var configuration = ProviderConfiguration(kind: .openID, name: provider.target)
            configuration.roleARN = provider.roleARN(region: settings.roleRegion)
            configuration.values = [
                .init(key: "client_id", text: provider.clientID, isFromEnvironment: true),
                .init(key: "config_url", text: provider.configURL.text, isFromEnvironment: true),
            ]
            return configuration
        }
        guard let settings = settings.directory else { return }
        directory = DirectoryAccounts(Directory(settings), settings)
        var configuration = ProviderConfiguration(kind: .ldap)
        configuration.values = [
            .init(key: "server_addr", text: "\(settings.host):\(settings.port)", isFromEnvironment: true),
            .init(key: "lookup_bind_dn", text: settings.lookupDN, isFromEnvironment: true),
        ]
        configurations.append(configuration)
    }
}
