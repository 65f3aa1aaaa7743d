package import Telemetry

extension IAM {
    private var notBuilt: IAMError { .unavailable("not built") }

    package func load() async throws(IAMError) -> LoadReport { throw notBuilt }
    package func maintain(limit: Int = 1000) async throws(IAMError) -> MaintenanceReport { throw notBuilt }
    package func setRoles(_ roles: [String: [String]]) {}
    package func identity(of accessKey: String) throws(CredentialError) -> SignedIdentity {
        throw .unavailable("not built")
    }

    package func addUser(
        _ accessKey: String,
        secret: Secret,
        status: AccountStatus = .enabled,
        account: Account? = nil
    ) async throws(IAMError) { throw notBuilt }
    package func removeUser(_ accessKey: String) async throws(IAMError) { throw notBuilt }
    package func setStatus(_ status: AccountStatus, ofUser accessKey: String) async throws(IAMError) {
        throw notBuilt
    }
    package func user(_ accessKey: String) throws(IAMError) -> UserInfo { throw notBuilt }
    package func users() -> [UserInfo] { [] }

    package func addMembers(_ members: [String], toGroup group: String) async throws(IAMError) {
        throw notBuilt
    }
    package func removeMembers(_ members: [String], fromGroup group: String) async throws(IAMError) {
        throw notBuilt
    }
    package func removeGroup(_ group: String) async throws(IAMError) { throw notBuilt }
    package func setStatus(_ status: AccountStatus, ofGroup group: String) async throws(IAMError) {
        throw notBuilt
    }
    package func group(_ name: String) throws(IAMError) -> GroupInfo { throw notBuilt }
    package func groups() -> [GroupInfo] { [] }

    package func setPolicy(_ text: [UInt8], named name: String) async throws(IAMError) { throw notBuilt }
    package func removePolicy(_ name: String) async throws(IAMError) { throw notBuilt }
    package func policy(named name: String) throws(IAMError) -> StoredPolicy { throw notBuilt }
    package func policies() -> [StoredPolicy] { [] }
    package func attach(_ policies: [String], to holder: PolicyHolder) async throws(IAMError) -> PolicyChange
    { throw notBuilt }
    package func detach(_ policies: [String], from holder: PolicyHolder) async throws(IAMError)
        -> PolicyChange
    { throw notBuilt }
    package func setPolicies(_ policies: [String], of holder: PolicyHolder) async throws(IAMError) {
        throw notBuilt
    }
    package func policyNames(of holder: PolicyHolder) -> [String] { [] }
    package func policyEntities(_ query: PolicyEntities.Query) -> PolicyEntities {
        PolicyEntities(users: [], groups: [], policies: [])
    }

    package func addServiceAccount(_ request: ServiceAccountRequest) async throws(IAMError) -> Credential {
        throw notBuilt
    }
    package func updateServiceAccount(_ accessKey: String, _ update: ServiceAccountUpdate)
        async throws(IAMError)
    { throw notBuilt }
    package func removeServiceAccount(_ accessKey: String) async throws(IAMError) { throw notBuilt }
    package func serviceAccount(_ accessKey: String) throws(IAMError) -> ServiceAccountInfo { throw notBuilt }
    package func serviceAccounts(ofParent parent: String?) -> [ServiceAccountInfo] { [] }

    package func assumeRole(
        for identity: SignedIdentity,
        sessionPolicy: [UInt8]?,
        duration: Duration,
        revokeType: String? = nil
    ) async throws(IAMError) -> TemporaryCredential { throw notBuilt }
    package func addTemporary(_ grant: TemporaryGrant) async throws(IAMError) -> TemporaryCredential {
        throw notBuilt
    }
    package func revokeTemporaryCredentials(of parent: String, type: String?) async throws(IAMError) -> Int {
        throw notBuilt
    }
    package func temporaryCredential(_ accessKey: String) throws(IAMError) -> TemporaryCredentialInfo {
        throw notBuilt
    }
    package func temporaryCredentials(ofParent parent: String?) -> [TemporaryCredentialInfo] { [] }

    package func exportAll() throws(IAMError) -> IAMExport { throw notBuilt }
    package func importAll(_ export: IAMExport) async throws(IAMError) -> ImportReport { throw notBuilt }
}
