internal import AdminService
internal import Base
internal import Directory

/// A directory as the administration interface asks it.
struct DirectoryAccounts: DirectoryAccess {
    private let directory: Directory
    private let userBases: [DistinguishedName]
    private let groupBases: [DistinguishedName]

    init(_ directory: Directory, _ settings: DirectorySettings) {
        self.directory = directory
        userBases = Self.names(settings.userBases)
        groupBases = Self.names(settings.groupBases)
    }

    private static func names(_ texts: [String]) -> [DistinguishedName] {
        texts.map { text in
            do throws(DistinguishedNameError) {
                return try DistinguishedName(text)
            } catch {
                preconditionFailure("the settings were checked: \(error)")
            }
        }
    }

    func normalised(_ name: String) -> String? { Self.parse(name)?.description }

    func isUser(_ dn: String) -> Bool { Self.parse(dn).map { Self.is($0, belowAny: userBases) } ?? false }

    func isGroup(_ dn: String) -> Bool { Self.parse(dn).map { Self.is($0, belowAny: groupBases) } ?? false }

    func entry(_ dn: String) async throws(DirectoryUnavailable) -> String? {
        do throws(DirectoryError) {
            return try await directory.entry(dn)
        } catch {
            switch error {
            case .refused: return nil
            case .unavailable(let reason): throw DirectoryUnavailable(reason: "\(reason)")
            }
        }
    }

    func user(named login: String) async throws(DirectoryUnavailable) -> DirectoryUser? {
        do throws(DirectoryError) {
            let identity = try await directory.lookup(login)
            return DirectoryUser(dn: identity.dn, actualDN: identity.actualDN, groups: identity.groups)
        } catch {
            switch error {
            case .refused: return nil
            case .unavailable(let reason): throw DirectoryUnavailable(reason: "\(reason)")
            }
        }
    }

    /// `nil` for a text that is no name, and for the root's, which is nobody's.
    private static func parse(_ text: String) -> DistinguishedName? {
        // Why a text is no name does not matter: it is a login then.
        guard let name = try? DistinguishedName(text), !name.relativeNames.isEmpty else { return nil }
        return name
    }

    /// Directories compare these names without case.
    private static func `is`(_ name: DistinguishedName, belowAny bases: [DistinguishedName]) -> Bool {
        bases.contains { base in
            let depth = base.relativeNames.count
            return name.relativeNames.count > depth
                && zip(name.relativeNames.suffix(depth), base.relativeNames).allSatisfy {
                    folded($0) == folded($1)
                }
        }
    }

    private static func folded(_ attributes: [DistinguishedName.Attribute]) -> [String] {
        attributes.map {
            "\($0.type)=\($0.value.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }.hexadecimal)"
        }
        .sorted()
    }
}
