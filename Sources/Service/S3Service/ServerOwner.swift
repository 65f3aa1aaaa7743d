package import IAM
package import S3API

extension Owner {
    package init(_ account: Account) {
        self.init(id: account.canonicalID, displayName: account.displayName)
    }

    /// Whose a bucket is that says nothing else.
    package static let server = Owner(.server)
}
