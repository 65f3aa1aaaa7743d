/// Knows the server's own account and no other.
package struct ServerAccountOnly: AccountDirectory {
    package init() {}

    package func account(canonicalID: String) -> Account? {
        canonicalID.utf8.elementsEqual(Account.server.canonicalID.utf8) ? .server : nil
    }
}
