/// What is set for one target of a family.
struct SettingGroup {
    struct Value {
        /// The variable, prefix included.
        let name: String
        let found: SettingSources.Found
    }

    let family: SettingFamily
    let target: String
    /// By the members' names. Not empty.
    private(set) var values: [String: Value] = [:]

    init(_ family: SettingFamily, target: String) { (self.family, self.target) = (family, target) }

    subscript(member: String) -> Value? {
        get { values[member] }
        set { values[member] = newValue }
    }

    /// The texts by the names that the part of the server knows them by.
    var texts: [String: String] {
        Dictionary(uniqueKeysWithValues: values.map { ($0.key.lowercased(), $0.value.found.text) })
    }

    /// The member's name as a variable, under the prefix of those that are set.
    func variableName(_ member: String) -> String {
        let known = values.values.map(\.name).min() ?? ""
        let prefix = EnvironmentPrefix.allCases.first { known.hasPrefix($0.rawValue) } ?? .martlet
        let suffix = target == SettingFamily.namelessTarget ? "" : "_\(target)"
        return prefix.rawValue + family.stem + member + suffix
    }

    /// That a value is not what it must be.
    ///
    /// - Parameter setting: by the name that the part of the server knows it by.
    func mistake(in setting: String, mustBe expectation: String) -> SettingMistake {
        let member = setting.uppercased()
        guard let value = values[member] else { return missing(setting) }
        let isSecret = family.member(named: member)?.isSecret ?? true
        return .invalidValue(
            source: value.found.source,
            value: isSecret ? nil : value.found.text,
            expectation: expectation
        )
    }

    func missing(_ setting: String) -> SettingMistake {
        let given = values.values.map(\.name).min() ?? family.stem
        return .missingBeside(variableName(setting.uppercased()), given: given)
    }
}
