/// The condition keys that bucket policies may use: the global ones, S3's, and those MinIO added for web
/// tokens, directories and temporary credentials.
enum ConditionKeys {
    /// Names are compared without regard to case; what follows a `/` is the user's own.
    static func isKnown(_ key: String) -> Bool {
        let folded = key.lowercased()
        if folded.hasPrefix("jwt:") || folded.hasPrefix("ldap:") { return folded.last != ":" }
        guard let slash = folded.firstIndex(of: "/") else { return plain.contains(folded) }
        return folded.index(after: slash) < folded.endIndex && tagged.contains(String(folded[..<slash]))
    }

    private static let plain: Set<String> = Set(
        names(
            of: "aws",
            """
            CalledVia CalledViaFirst CalledViaLast CurrentTime EpochTime FederatedProvider groups
            MultiFactorAuthAge MultiFactorAuthPresent PrincipalAccount PrincipalArn PrincipalIsAWSService
            PrincipalOrgID PrincipalOrgPaths PrincipalServiceName PrincipalServiceNamesList PrincipalType
            Referer RequestedRegion ResourceAccount ResourceOrgID ResourceOrgPaths SecureTransport
            SourceAccount SourceArn SourceIdentity SourceIp SourceOrgID SourceOrgPaths SourceOwner SourceVpc
            SourceVpcArn SourceVpce TagKeys TokenIssueTime UserAgent userid username ViaAWSService
            VpcSourceIp VpceAccount VpceOrgID VpceOrgPaths
            """
        )
            + names(
                of: "s3",
                """
                AccessGrantsInstanceArn AccessPointNetworkOrigin authType BucketNamespace
                DataAccessPointAccount DataAccessPointArn delimiter ExistingJobOperation ExistingJobPriority
                if-match if-none-match InventoryAccessibleOptionalFields JobSuspendedCause
                LocationConstraint max-keys object-lock-legal-hold object-lock-mode
                object-lock-remaining-retention-days object-lock-retain-until-date ObjectCreationOperation
                prefix RequestJobOperation RequestJobPriority RequestObjectTagKeys ResourceAccount
                signatureAge signatureversion TlsVersion versionid x-amz-acl x-amz-content-sha256
                x-amz-copy-source x-amz-grant-full-control x-amz-grant-read x-amz-grant-read-acp
                x-amz-grant-write x-amz-grant-write-acp x-amz-metadata-directive x-amz-object-ownership
                x-amz-object-if-match x-amz-server-side-encryption
                x-amz-server-side-encryption-aws-kms-key-id
                x-amz-server-side-encryption-customer-algorithm x-amz-storage-class
                x-amz-website-redirect-location
                """
            )
            + names(of: "sts", "DurationSeconds") + names(of: "svc", "DurationSeconds")
    )

    private static let tagged: Set<String> = Set(
        names(of: "aws", "PrincipalTag RequestTag ResourceTag")
            + names(of: "s3", "BucketTag ExistingObjectTag RequestObjectTag")
    )

    private static func names(of service: String, _ list: String) -> [String] {
        list.split { $0 == " " || $0 == "\n" }.map { "\(service):\($0)".lowercased() }
    }
}
