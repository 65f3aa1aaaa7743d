/// One key of the stored settings that this server knows and obeys.
package struct Setting: Sendable {
    package let key: String
    package let description: String
    /// What kind of text it is, such as `number` or `duration`.
    package let type: String
    package let defaultValue: String
    /// The environment's variable or the flag that sets it, with its value: what is stored does not count then.
    package let overriding: (name: String, value: String)?
    /// The variable that would set it.
    package let variable: String
    package let isSecret: Bool
    /// Whether a change is in force at once; else it counts from the next start on.
    package let isDynamic: Bool
    /// Where earlier servers kept it: looked at where the setting itself has no value.
    package let formerName: (group: String, key: String)?
    /// What is wrong with a value, in words; `nil` when nothing is.
    package let objection: @Sendable (String) -> String?

    package init(
        _ key: String,
        _ description: String,
        type: String,
        default defaultValue: String,
        variable: String,
        overriding: (name: String, value: String)? = nil,
        isSecret: Bool = false,
        isDynamic: Bool = false,
        formerName: (group: String, key: String)? = nil,
        objection: @escaping @Sendable (String) -> String?
    ) {
        (self.key, self.description, self.type) = (key, description, type)
        (self.defaultValue, self.variable, self.overriding) = (defaultValue, variable, overriding)
        (self.isSecret, self.isDynamic, self.formerName) = (isSecret, isDynamic, formerName)
        self.objection = objection
    }
}

/// Settings that belong together, as `api` or `site`. None of them has several targets.
package struct SettingGroup: Sendable {
    package let name: String
    package let description: String
    package let settings: [Setting]
    /// What is wrong with values that are right one by one, by their keys; `nil` when nothing is.
    package let objection: @Sendable ([String: String]) -> String?

    package init(
        _ name: String,
        _ description: String,
        _ settings: [Setting],
        objection: @escaping @Sendable ([String: String]) -> String? = { _ in nil }
    ) {
        (self.name, self.description, self.settings) = (name, description, settings)
        self.objection = objection
    }

    subscript(_ key: String) -> Setting? { settings.first { $0.key == key } }
}

/// A stored value of a setting that this server obeys and nothing overrides. Not empty.
package struct StoredValue: Sendable, Hashable {
    package let group: String
    package let key: String
    package let value: String

    package init(group: String, key: String, value: String) {
        (self.group, self.key, self.value) = (group, key, value)
    }
}
