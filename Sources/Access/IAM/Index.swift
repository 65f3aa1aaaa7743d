import Base
import Policy
import Telemetry

/// All items in memory, and what follows from them. ``set(_:at:)`` is the only way in, for what was read as for what
/// was changed, and touches only what the item is about.
struct Index {
    enum Readable<Value: Sendable>: Sendable {
        case readable(Value)
        case unreadable(ItemError)

        var value: Value? {
            switch self {
            case .readable(let value): value
            case .unreadable: nil
            }
        }

        var isUnreadable: Bool { value == nil }
    }

    struct Untrusted: Sendable {
        let parent: Name
        let expiration: Timestamp?
        let hasExternalParent: Bool
    }

    let root: Credential
    let account: Account

    private(set) var users: [Name: Readable<StoredIdentity>] = [:]
    private(set) var serviceAccounts: [Name: Readable<DerivedCredential>] = [:]
    private(set) var temporaries: [Name: Readable<DerivedCredential>] = [:]
    private(set) var groups: [Name: Readable<StoredMembers>] = [:]
    private(set) var policies: [Name: Readable<StoredPolicyFile>] = [:]
    private(set) var mappings: [ItemPath.MappingKind: [Name: Readable<StoredMapping>]] = [:]
    private(set) var unreadable: [ItemPath: ItemError] = [:]

    /// The groups each user is in.
    private(set) var groupsOfUser: [Name: Set<Name>] = [:]
    private(set) var serviceAccountsOfParent: [Name: Set<Name>] = [:]
    private(set) var temporariesOfParent: [Name: Set<Name>] = [:]
    /// What is stored beside the token, of every service account and all temporary credentials: enough to remove those
    /// whose token nobody can verify.
    private(set) var untrusted: [ItemPath: Untrusted] = [:]
    /// Groups whose members are not known.
    private(set) var unreadableGroups: Set<Name> = []

    /// The policies of each role that a provider's users can have.
    var roles: [Name: [Name]] = [:] { didSet { generation += 1 } }

    /// Counts changes after which a user may have other policies.
    private(set) var generation = 0
    /// By access key. What an older generation made is made again when it is asked for.
    var resolved: [Name: (generation: Int, policies: ResolvedPolicies)] = [:]
    /// Every account that users belong to, by canonical id; `nil` until somebody asks after a change.
    private var accounts: [String: Account]?
    /// How often policies were put together, for tests.
    var resolutionCount = 0

    init(root: Credential, account: Account) { (self.root, self.account) = (root, account) }

    var rootName: Name { Name(root.accessKey) }

    /// - Parameter item: `nil` when the path holds nothing.
    mutating func set(_ item: Item?, at path: ItemPath) {
        var refusal: ItemError?
        switch path {
        case .user(let name):
            users[name] = readable(item, &refusal) { $0.identity }
            resolved[name] = nil
            accounts = nil
            generation += 1
        case .serviceAccount(let name): setDerived(item, name, path, &refusal)
        case .temporary(let name): setDerived(item, name, path, &refusal)
        case .group(let name): setGroup(item, name, &refusal)
        case .policy(let name):
            policies[name] = readable(item, &refusal) { $0.policy }
            if let file = policies[name]?.value, file.policy == nil { refusal = .malformed(member: "Policy") }
            generation += 1
        case .mapping(let kind, let name):
            mappings[kind, default: [:]][name] = readable(item, &refusal) { $0.mapping }
            generation += 1
        case .format:
            if case .unreadable(let error) = item { refusal = error }
        case .journal: preconditionFailure("the journal is no item")
        }
        unreadable[path] = refusal
    }

    mutating func account(canonicalID: String) -> Account? {
        if let accounts { return accounts[canonicalID] }
        var found: [String: Account] = [:]
        // Where users of one account disagree on its name, the first one's counts.
        for name in users.keys.sorted() {
            guard let account = users[name]?.value?.account, found[account.canonicalID] == nil else {
                continue
            }
            found[account.canonicalID] = account
        }
        found[account.canonicalID] = account
        accounts = found
        return found[canonicalID]
    }

    private func readable<Value: Sendable>(
        _ item: Item?,
        _ refusal: inout ItemError?,
        _ value: (Item) -> Value?
    ) -> Readable<Value>? {
        guard let item else { return nil }
        if let value = value(item) { return .readable(value) }
        guard case .unreadable(let error) = item else {
            preconditionFailure("an item of another kind at this path")
        }
        refusal = error
        return .unreadable(error)
    }

    private mutating func setGroup(_ item: Item?, _ name: Name, _ refusal: inout ItemError?) {
        for member in groups[name]?.value?.members ?? [] {
            groupsOfUser[member]?.remove(name)
            if groupsOfUser[member]?.isEmpty == true { groupsOfUser[member] = nil }
        }
        let group = readable(item, &refusal) { $0.members }
        groups[name] = group
        for member in group?.value?.members ?? [] { groupsOfUser[member, default: []].insert(name) }
        if group?.isUnreadable == true {
            unreadableGroups.insert(name)
        } else {
            unreadableGroups.remove(name)
        }
        generation += 1
    }

    private mutating func setDerived(
        _ item: Item?,
        _ name: Name,
        _ path: ItemPath,
        _ refusal: inout ItemError?
    ) {
        resolved[name] = nil
        let isServiceAccount = if case .serviceAccount = path { true } else { false }
        if let parent = untrusted[path]?.parent {
            if isServiceAccount {
                Self.remove(name, of: parent, &serviceAccountsOfParent)
            } else {
                Self.remove(name, of: parent, &temporariesOfParent)
            }
        }
        untrusted[path] = item?.identity.map { stored in
            Untrusted(
                parent: Name(stored.parent),
                expiration: stored.expiration,
                hasExternalParent: stored.hasExternalParent
            )
        }
        if isServiceAccount {
            serviceAccounts[name] = derived(item, &refusal, DerivedCredential.serviceAccount)
        } else {
            temporaries[name] = derived(item, &refusal, DerivedCredential.temporary)
        }
        guard let parent = untrusted[path]?.parent else { return }
        if isServiceAccount {
            serviceAccountsOfParent[parent, default: []].insert(name)
        } else {
            temporariesOfParent[parent, default: []].insert(name)
        }
    }

    private func derived(
        _ item: Item?,
        _ refusal: inout ItemError?,
        _ make: (StoredIdentity, Secret) throws(ItemError) -> DerivedCredential
    ) -> Readable<DerivedCredential>? {
        guard let stored = readable(item, &refusal, { $0.identity }) else { return nil }
        switch stored {
        case .unreadable(let error): return .unreadable(error)
        case .readable(let identity):
            do throws(ItemError) {
                return .readable(try make(identity, root.secret))
            } catch {
                refusal = error
                return .unreadable(error)
            }
        }
    }

    private static func remove(_ name: Name, of parent: Name, _ children: inout [Name: Set<Name>]) {
        children[parent]?.remove(name)
        if children[parent]?.isEmpty == true { children[parent] = nil }
    }
}

extension Item {
    fileprivate var identity: StoredIdentity? {
        if case .identity(let identity) = self { identity } else { nil }
    }
    fileprivate var members: StoredMembers? {
        if case .members(let members) = self { members } else { nil }
    }
    fileprivate var policy: StoredPolicyFile? {
        if case .policy(let policy) = self { policy } else { nil }
    }
    fileprivate var mapping: StoredMapping? {
        if case .mapping(let mapping) = self { mapping } else { nil }
    }
}
