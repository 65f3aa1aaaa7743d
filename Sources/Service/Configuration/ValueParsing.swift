internal import Policy
internal import S3API

/// The texts of settings, read into values. Every function throws what would have been right.
enum ValueParsing {
    static func text(_ text: String) throws(InvalidValue) -> String { text }

    static func boolean(_ text: String) throws(InvalidValue) -> Bool {
        switch text.lowercased() {
        case "on", "true", "1", "yes", "enabled": true
        case "off", "false", "0", "no", "disabled": false
        default: throw InvalidValue("on or off")
        }
    }

    static func objectOwnership(_ text: String) throws(InvalidValue) -> ObjectOwnership {
        guard let ownership = ObjectOwnership(rawValue: text) else {
            let names = ObjectOwnership.allCases.map(\.rawValue).joined(separator: ", ")
            throw InvalidValue("one of \(names)")
        }
        return ownership
    }

    static func integer(_ text: String, in range: ClosedRange<Int>) throws(InvalidValue) -> Int {
        guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit), let number = Int(text), range.contains(number)
        else {
            throw InvalidValue("a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Go's notation (`1h30m`, `1.5s`, `100ms`) and days (`7d`); a bare number counts seconds, as in
    /// RustFS's `…_SECS`.
    static func duration(_ text: String) throws(InvalidValue) -> Duration {
        let expectation = InvalidValue("a duration such as 30s, 5m, 1h30m or 500ms")
        if let seconds = Decimal(text[...]) {
            guard let nanoseconds = seconds.scaled(by: 1_000_000_000) else { throw expectation }
            return .nanoseconds(nanoseconds)
        }
        var total: Int64 = 0
        var rest = text[...]
        repeat {
            let number = rest.prefix { $0.isASCII && ($0.isWholeNumber || $0 == ".") }
            rest = rest[number.endIndex...]
            let unit = rest.prefix { !($0.isASCII && ($0.isWholeNumber || $0 == ".")) }
            rest = rest[unit.endIndex...]
            guard let value = Decimal(number), let factor = nanosecondsByUnit[String(unit)],
                let nanoseconds = value.scaled(by: factor)
            else { throw expectation }
            let (sum, overflow) = total.addingReportingOverflow(nanoseconds)
            guard !overflow else { throw expectation }
            total = sum
        } while !rest.isEmpty
        return .nanoseconds(total)
    }

    private static let nanosecondsByUnit: [String: UInt64] = [
        "ns": 1, "us": 1000, "µs": 1000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
        "h": 3_600_000_000_000, "d": 86_400_000_000_000,
    ]

    /// `512 KB` is 512,000 and `512 KiB` 524,288, as MinIO and RustFS read them; a bare number is bytes.
    static func size(_ text: String) throws(InvalidValue) -> Int {
        let expectation = InvalidValue("a size such as 128KiB, 512 KB, 256MiB or 1GiB")
        let number = text.prefix { $0.isASCII && ($0.isWholeNumber || $0 == ".") }
        let unit = text[number.endIndex...].drop { $0 == " " }.lowercased()
        guard let value = Decimal(number), let factor = bytesByUnit[unit], let size = value.scaled(by: factor)
        else {
            throw expectation
        }
        return Int(size)
    }

    private static let bytesByUnit: [String: UInt64] = [
        "": 1, "b": 1,
        "k": 1000, "kb": 1000, "m": 1_000_000, "mb": 1_000_000, "g": 1_000_000_000, "gb": 1_000_000_000,
        "t": 1_000_000_000_000, "tb": 1_000_000_000_000,
        "ki": 1 << 10, "kib": 1 << 10, "mi": 1 << 20, "mib": 1 << 20, "gi": 1 << 30, "gib": 1 << 30,
        "ti": 1 << 40, "tib": 1 << 40,
    ]

    /// `EC:2` is 2. Half of the largest set, 32 drives, is the most any set can have.
    static func parity(_ text: String) throws(InvalidValue) -> Int {
        guard text.uppercased().hasPrefix("EC:"), let parity = Int(text.dropFirst(3)),
            (0...16).contains(parity),
            text.dropFirst(3).utf8.allSatisfy(\.isDigit)
        else { throw InvalidValue("EC: and the number of parity drives, 0 to 16, such as EC:2") }
        return parity
    }

    /// Names for virtual-host requests. A port is accepted and dropped: the `Host` header's is not compared.
    static func domains(_ text: String) throws(InvalidValue) -> [String] {
        var domains: [String] = []
        for item in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            var name = item
            if let colon = item.lastIndex(of: ":"), UInt16(item[item.index(after: colon)...]) != nil {
                name = item[..<colon]
            }
            guard isHostName(name), !isIPv4(name) else {
                throw InvalidValue("domain names separated by commas, such as s3.example.com,s3.internal")
            }
            if !domains.contains(name.lowercased()) { domains.append(name.lowercased()) }
        }
        return domains
    }

    /// Origins of scripts, with at most one `*` in each.
    static func origins(_ text: String) throws(InvalidValue) -> [String] {
        let origins = text.split(whereSeparator: { $0 == "," || $0 == " " }).map { String($0) }
        for origin in origins {
            guard origin.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
                origin.utf8.count(where: { $0 == UInt8(ascii: "*") }) <= 1
            else {
                throw InvalidValue(
                    "origins separated by commas, such as https://app.example.com,https://*.example.org"
                )
            }
        }
        return origins
    }

    /// MinIO's rule: a letter, then letters, digits, `-` and `_`.
    static func region(_ text: String) throws(InvalidValue) -> String {
        let first = text.utf8.first.map(\.isLetter) ?? false
        let rest = text.utf8.allSatisfy {
            $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
        guard first, rest, text.utf8.count <= 64 else {
            throw InvalidValue("a region name such as us-east-1")
        }
        return text
    }

    static func networks(_ text: String) throws(InvalidValue) -> [IPNetwork] {
        var networks: [IPNetwork] = []
        for item in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            guard let network = IPNetwork(String(item)) else {
                throw InvalidValue("addresses and networks separated by commas, such as 10.0.0.0/8,192.0.2.1")
            }
            networks.append(network)
        }
        return networks
    }

    /// Volumes are kept as they are written; their ellipses are another module's.
    static func volumes(_ text: String) throws(InvalidValue) -> [String] {
        text.unicodeScalars.split { $0 == " " || $0 == "," || $0 == "\t" || $0 == "\n" || $0 == "\r" }
            .map { String($0) }
    }
}

/// A number such as `1.5`, exactly.
private struct Decimal {
    let digits: UInt64
    /// 10 to the number of digits behind the point.
    let scale: UInt64

    init?(_ text: Substring) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count),
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isDigit) }),
            text.utf8.count <= 16, let digits = UInt64(parts.joined())
        else { return nil }
        self.digits = digits
        scale = parts.count == 2 ? parts[1].utf8.reduce(1) { scale, _ in scale * 10 } : 1
    }

    /// Rounded down; `nil` past 63 bits.
    func scaled(by factor: UInt64) -> Int64? {
        let product = digits.multipliedFullWidth(by: factor)
        guard product.high < scale else { return nil }
        return Int64(exactly: scale.dividingFullWidth(product).quotient)
    }
}
