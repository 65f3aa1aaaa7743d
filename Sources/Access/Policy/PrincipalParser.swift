import JSON

/// Reads a Principal or NotPrincipal element.
struct PrincipalParser {
    let isStrict: Bool
    let place: PolicyError.Place

    func parse(_ value: JSONValue, element: String) throws(PolicyError) -> PrincipalSet {
        var set = PrincipalSet()
        if let text = value.string {
            guard text == "*" else { throw .invalidPrincipal(text, place) }
            set.isEverybody = true
            return set
        }
        guard let object = value.object else {
            throw .invalidType(
                element: element,
                expected: "\"*\" or an object such as {\"AWS\": \"arn:…\"}",
                place
            )
        }
        if object.isEmpty { throw .emptyElement(element, place) }
        for member in object.members {
            let names = try member.value.strings("\(element) \(member.key)", place)
            for name in names { try add(name, kind: member.key, to: &set) }
        }
        return set
    }

    private func add(_ name: String, kind: String, to set: inout PrincipalSet) throws(PolicyError) {
        switch kind {
        case "AWS": try addCaller(name, to: &set)
        case "CanonicalUser": set.canonicalIDs.append(name)
        case "Service", "Federated": set.others.append((kind, name))
        default:
            if isStrict { throw .unknownElement(kind, place) }
            set.others.append((kind, name))
        }
    }

    private func addCaller(_ name: String, to set: inout PrincipalSet) throws(PolicyError) {
        if name == "*" {
            set.isEverybody = true
        } else if isAccountID(name) {
            set.accounts.append(name)
        } else if let account = accountOfRoot(name) {
            set.accounts.append(account)
        } else if isCallerARN(name) {
            set.arns.append(name)
        } else if isStrict {
            throw .invalidPrincipal(name, place)
        } else {
            set.others.append(("AWS", name))
        }
    }

    private func isAccountID(_ name: String) -> Bool {
        name.utf8.count == 12
            && name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private func accountOfRoot(_ name: String) -> String? {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "iam", parts[5] == "root",
            !name.utf8.contains(UInt8(ascii: "*"))
        else { return nil }
        return String(parts[4])
    }

    private func isCallerARN(_ name: String) -> Bool {
        let parts = name.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", !parts[1].isEmpty, parts[3].isEmpty,
            !name.utf8.contains(UInt8(ascii: "*")), !name.utf8.contains(UInt8(ascii: "?"))
        else { return false }
        switch (parts[2], parts[5].prefix { $0 != "/" }) {
        case ("iam", "user"), ("iam", "role"), ("sts", "assumed-role"), ("sts", "federated-user"):
            return parts[5].contains("/") && parts[5].last != "/"
        default: return false
        }
    }
}
