import Foundation

/// A floor of the house, lowest first. The raw value is its folder under `Sources`.
enum Floor: String, CaseIterable, Comparable {
    case platform = "Platform"
    case wire = "Wire"
    case storage = "Storage"
    case access = "Access"
    case features = "Features"
    case service = "Service"
    case commands = "Commands"

    static func < (left: Self, right: Self) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}

/// The package's modules and who uses whom.
struct ModuleGraph {
    struct Module: Decodable {
        let name: String
        let path: String
        let uses: [String]

        init(_ name: String, path: String, uses: [String] = []) {
            (self.name, self.path, self.uses) = (name, path, uses)
        }

        /// `nil` for what lies under `Tests`.
        var floor: Floor? {
            let folders = path.split(separator: "/")
            guard folders.count >= 3, folders[0] == "Sources" else { return nil }
            return Floor(rawValue: String(folders[1]))
        }

        private enum CodingKeys: String, CodingKey {
            case name
            case path
            case uses = "target_dependencies"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            path = try container.decode(String.self, forKey: .path)
            uses = try container.decodeIfPresent([String].self, forKey: .uses) ?? []
        }
    }

    let modules: [Module]

    init(_ modules: [Module]) { self.modules = modules }

    /// Reads what `swift package describe --type json` prints.
    init(describedBy json: Data) throws {
        struct Package: Decodable { let targets: [Module] }
        modules = try JSONDecoder().decode(Package.self, from: json).targets
    }

    /// Every arrow that points up, out of the house, or round in a circle; a sentence each.
    func violations() -> [String] { homeless() + upwardArrows() + cycles() }

    private func homeless() -> [String] {
        modules.filter { $0.floor == nil && !$0.path.hasPrefix("Tests/") }
            .map { "\($0.name) lies in \($0.path), which is on no floor" }
    }

    private func upwardArrows() -> [String] {
        let moduleByName = Dictionary(modules.map { ($0.name, $0) }) { first, _ in first }
        var violations: [String] = []
        for module in modules {
            guard let floor = module.floor else { continue }
            for used in module.uses.compactMap({ moduleByName[$0] }) {
                guard let other = used.floor else {
                    violations.append("\(module.name) uses \(used.name), which is for tests")
                    continue
                }
                if other > floor {
                    violations.append(
                        "\(module.name) (\(floor.rawValue)) uses \(used.name) (\(other.rawValue)) above it"
                    )
                }
            }
        }
        return violations
    }

    /// One sentence for each module from which a walk along the arrows comes back to it.
    private func cycles() -> [String] {
        let usesByName = Dictionary(modules.map { ($0.name, $0.uses) }) { first, _ in first }
        return modules.compactMap { module in
            var reached: Set<String> = []
            var rest = module.uses
            while let name = rest.popLast() {
                if name == module.name { return "\(name) uses itself through others" }
                if reached.insert(name).inserted { rest += usesByName[name] ?? [] }
            }
            return nil
        }
    }
}
