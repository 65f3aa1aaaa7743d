import Base
package import Telemetry

/// Why a directory cannot be used as it is configured. Settings go by the names of MinIO's `identity_ldap`.
package enum DirectorySettingsError: Error, Equatable, Sendable {
    case unknownSetting(String)
    /// A setting of MinIO's that has no effect here, and whose effect would be missed.
    case unsupportedSetting(String)
    case missingSetting(String)
    /// Neither `on` nor `off`.
    case malformedSwitch(setting: String, value: String)
    /// Not `host` or `host:port`.
    case malformedAddress(String)
    case malformedName(setting: String, DistinguishedNameError)
    /// Not in balanced parentheses, or without `%s` (for groups: `%s` or `%d`), or with another `%`.
    case malformedFilter(setting: String)
    /// `server_insecure` and `server_starttls` contradict each other.
    case plainAndStartTLS
}

/// A directory, as the operator configures it.
package struct DirectorySettings: Sendable, Equatable {
    package enum Protection: Sendable, Equatable {
        /// TLS from the first byte: `ldaps`.
        case tls
        case startTLS
        /// Passwords go over the wire as they are.
        case none
    }

    package let host: String
    package let port: UInt16
    package let protection: Protection
    package let verifiesCertificate: Bool
    package let lookupDN: String
    package let lookupPassword: Secret
    package let userBases: [String]
    package let userFilter: FilterTemplate
    /// Empty together with ``groupFilter``: users have no groups.
    package let groupBases: [String]
    package let groupFilter: FilterTemplate?

    /// PEM file of the authorities to trust in place of the system's.
    package var authoritiesPath: String?
    /// Name look-up apart, which the resolver's own limits bound.
    package var connectTimeout = Duration.seconds(5)
    /// From the call to its answer, time in the queue included.
    package var timeout = Duration.seconds(15)
    /// Groups of one user.
    package var groupCountMax = 1000

    private static let names: Set<String> = [
        "enable", "comment", "server_addr", "lookup_bind_dn", "lookup_bind_password",
        "user_dn_search_base_dn",
        "user_dn_search_filter", "group_search_base_dn", "group_search_filter", "tls_skip_verify",
        "server_insecure", "server_starttls",
    ]
    private static let unsupportedNames: Set<String> = ["srv_record_name", "user_dn_attributes"]

    /// - Parameter values: by MinIO's names; an empty value is none.
    /// - Returns: `nil` where the directory is switched off, or nothing is set.
    package init?(values: [String: String]) throws(DirectorySettingsError) {
        let values = values.filter { !$0.value.isEmpty }
        for name in values.keys.sorted() {
            guard !Self.unsupportedNames.contains(name) else { throw .unsupportedSetting(name) }
            guard Self.names.contains(name) else { throw .unknownSetting(name) }
        }
        guard try Self.isOn("enable", values, otherwise: values["server_addr"] != nil) else { return nil }
        protection = try Self.protection(values)
        verifiesCertificate = try !Self.isOn("tls_skip_verify", values)
        let address = try Self.required("server_addr", values)
        (host, port) = try Self.split(address, defaultPort: protection == .tls ? 636 : 389)
        lookupDN = try Self.checkedNames("lookup_bind_dn", [try Self.required("lookup_bind_dn", values)])[0]
        lookupPassword = Secret(try Self.required("lookup_bind_password", values))
        userBases = try Self.names("user_dn_search_base_dn", values)
        userFilter = try Self.filter("user_dn_search_filter", values, [.name])
        if values["group_search_filter"] != nil || values["group_search_base_dn"] != nil {
            groupBases = try Self.names("group_search_base_dn", values)
            groupFilter = try Self.filter("group_search_filter", values, [.name, .entry])
        } else {
            (groupBases, groupFilter) = ([], nil)
        }
    }

    /// For messages: `ldaps://host:port`.
    var url: String { (protection == .tls ? "ldaps" : "ldap") + address }
    /// `ldap` whatever the protection is.
    var plainURL: String { "ldap" + address }
    private var address: String { "://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    private static func required(
        _ name: String,
        _ values: [String: String]
    ) throws(DirectorySettingsError) -> String {
        guard let value = values[name] else { throw .missingSetting(name) }
        return value
    }

    private static func protection(_ values: [String: String]) throws(DirectorySettingsError) -> Protection {
        switch (try isOn("server_insecure", values), try isOn("server_starttls", values)) {
        case (true, true): throw .plainAndStartTLS
        case (true, false): .none
        case (false, true): .startTLS
        case (false, false): .tls
        }
    }

    /// Between `;`.
    private static func names(
        _ name: String,
        _ values: [String: String]
    ) throws(DirectorySettingsError) -> [String] {
        let names = try required(name, values).split(separator: ";").map { String($0) }
        guard !names.isEmpty else { throw .missingSetting(name) }
        return try checkedNames(name, names)
    }

    private static func checkedNames(
        _ name: String,
        _ values: [String]
    ) throws(DirectorySettingsError) -> [String] {
        for value in values {
            do throws(DistinguishedNameError) {
                _ = try DistinguishedName(value)
            } catch {
                throw .malformedName(setting: name, error)
            }
        }
        return values
    }

    private static func filter(
        _ name: String,
        _ values: [String: String],
        _ places: Set<FilterTemplate.Place>
    ) throws(DirectorySettingsError) -> FilterTemplate {
        guard let filter = FilterTemplate(try required(name, values), places: places) else {
            throw .malformedFilter(setting: name)
        }
        return filter
    }

    private static func split(
        _ address: String,
        defaultPort: UInt16
    ) throws(DirectorySettingsError) -> (String, UInt16) {
        let isBracketed = address.first == "["
        let hostEnd = isBracketed ? address.firstIndex(of: "]") : address.firstIndex(of: ":")
        let host =
            isBracketed
            ? address[..<(hostEnd ?? address.startIndex)].dropFirst()
            : address[..<(hostEnd ?? address.endIndex)]
        let rest = address[(hostEnd ?? address.endIndex)...].drop { $0 == "]" }
        let allowed = host.utf8.allSatisfy { byte in
            isBracketed
                ? byte.hexadecimalDigitValue != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
                : isNameByte(byte)
        }
        guard !host.isEmpty, allowed else { throw .malformedAddress(address) }
        guard !rest.isEmpty else { return (String(host), defaultPort) }
        guard rest.first == ":", let port = UInt16(rest.dropFirst()), port > 0 else {
            throw .malformedAddress(address)
        }
        return (String(host), port)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isOn(
        _ name: String,
        _ values: [String: String],
        otherwise: Bool = false
    ) throws(DirectorySettingsError) -> Bool {
        switch values[name]?.lowercased() {
        case nil: return otherwise
        case "on", "true", "1", "yes": return true
        case "off", "false", "0", "no": return false
        case let value?: throw .malformedSwitch(setting: name, value: value)
        }
    }
}
