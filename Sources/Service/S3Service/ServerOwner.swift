package import S3API

extension Owner {
    /// Whose everything is. The id is the one MinIO answers, which some clients remember.
    package static let server = Owner(
        id: "02d6176db174dc93cb1b899f7c6078f08654445fe8cf1b6ce98d8855f66bdbf4",
        displayName: "martlet"
    )
}
