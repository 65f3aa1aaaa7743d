/// Who a user is to a directory.
package struct DirectoryIdentity: Sendable, Equatable {
    /// In the form in which policies are mapped to it, see ``DistinguishedName``.
    package let dn: String
    /// As the directory spells it.
    package let actualDN: String
    /// In the form of ``dn``, each once, sorted by their bytes.
    package let groups: [String]
}
