extension Options {
    private static let defaultEndpoint = "http://127.0.0.1:9000"
    private static let defaultKey = "rustfsadmin"

    /// Reads `--option value` and `--option=value`; of two with one name the last holds.
    ///
    /// - Parameter environment: the value of a variable, `nil` where it is not set.
    static func parse(
        _ arguments: [String],
        environment: (String) -> String?
    ) throws(BenchError) -> Invocation {
        guard !arguments.contains("--help"), !arguments.contains("-h") else { return .help }
        guard let endpoint = Endpoint(defaultEndpoint) else { preconditionFailure("the default is valid") }
        var options = Options(
            endpoint: endpoint,
            accessKey: environment("AWS_ACCESS_KEY_ID") ?? defaultKey,
            secretKey: environment("AWS_SECRET_ACCESS_KEY") ?? defaultKey
        )
        var chosen: Set<Operation> = []
        var limits: Set<String> = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if try options.applyFlag(argument, chosen: &chosen) { continue }
            let (name, value) = try option(argument, &rest)
            try options.apply(name, value)
            if ["--seconds", "--operations"].contains(name) { limits.insert(name) }
        }
        guard limits.count < 2 else { throw .conflict("--seconds", "--operations") }
        let measured: [(name: String, isMeasured: Bool)] = [
            ("--users", options.userCounts != nil), ("--versions", options.versionCount != nil),
            ("--list", options.listedKeyCount != nil),
        ]
        let asked = measured.filter(\.isMeasured)
        guard asked.count < 2 else { throw .conflict(asked[0].name, asked[1].name) }
        if !chosen.isEmpty { options.operations = [.put, .get].filter(chosen.contains) }
        return .run(options)
    }

    private static let valued = [
        "--endpoint", "--access-key", "--secret-key", "--region", "--bucket", "--sizes", "--clients",
        "--seconds",
        "--operations", "--keys", "--payload", "--pid", "--users", "--versions", "--list",
    ]

    private static func option(
        _ argument: String,
        _ rest: inout ArraySlice<String>
    ) throws(BenchError) -> (name: String, value: String) {
        let name = String(argument.prefix { $0 != "=" })
        guard valued.contains(name) else { throw .unknownArgument(argument) }
        if name.count < argument.count { return (name, String(argument.dropFirst(name.count + 1))) }
        guard let value = rest.popFirst() else { throw .valueMissing(option: name) }
        return (name, value)
    }

    /// - Returns: whether `argument` is an option without a value.
    private mutating func applyFlag(
        _ argument: String,
        chosen: inout Set<Operation>
    ) throws(BenchError) -> Bool {
        switch argument {
        case "--put": chosen.insert(.put)
        case "--get": chosen.insert(.get)
        case "--both": chosen.formUnion([.put, .get])
        case "--allow-remote": allowRemote = true
        case "--keep": keepsObjects = true
        case "--json": printsJSON = true
        default: return false
        }
        return true
    }

    private mutating func apply(_ name: String, _ value: String) throws(BenchError) {
        func checked<Value>(_ result: Value?, _ expected: String) throws(BenchError) -> Value {
            guard let result else { throw .badValue(option: name, value: value, expected: expected) }
            return result
        }
        func number(_ range: ClosedRange<Int>) throws(BenchError) -> Int {
            let digits = value.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            let number = digits ? Int(value) : nil
            return try checked(
                number.flatMap { range.contains($0) ? $0 : nil },
                "a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        switch name {
        case "--endpoint": endpoint = try checked(Endpoint(value), "http://HOST:PORT")
        case "--access-key": accessKey = try checked(Self.word(value), "a key of printable ASCII")
        case "--secret-key":
            // The secret itself stays out of the message.
            guard !value.isEmpty else { throw .badValue(option: name, value: "", expected: "a secret") }
            secretKey = value
        case "--region": region = try checked(Self.word(value), "a region's name")
        case "--bucket": bucket = try checked(Self.bucketName(value), "a bucket's name")
        case "--sizes":
            let sizes = value.split(separator: ",", omittingEmptySubsequences: false).map {
                ByteSize.parse($0)
            }
            let known = sizes.compactMap(\.self)
            self.sizes = try checked(
                known.count == sizes.count && Set(known).count == known.count ? known : nil,
                "a list of different sizes such as 4KiB,1MiB, each at most \(ByteSize.text(ByteSize.max))"
            )
        case "--clients": clientCount = try number(1...4096)
        case "--seconds": limit = .seconds(try number(1...86_400))
        case "--operations": limit = .operations(try number(1...100_000_000))
        case "--keys": keyCount = try number(1...100_000_000)
        case "--payload": payload = try checked(PayloadForm(rawValue: value), "unsigned or hashed")
        case "--pid": serverPID = Int32(try number(1...Int(Int32.max)))
        case "--users":
            userCounts = try checked(
                Self.userCounts(value),
                "two numbers such as 10,10000, the second larger and at most \(UserCounts.max)"
            )
        case "--versions": versionCount = try number(1...100_000)
        case "--list": listedKeyCount = try number(1...10_000_000)
        default: preconditionFailure("\(name) is among the options with a value and handled nowhere")
        }
    }

    private static func userCounts(_ text: String) -> UserCounts? {
        let counts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard counts.count == 2, let few = counts[0], let many = counts[1], 0 < few, few < many,
            many <= UserCounts.max
        else { return nil }
        return UserCounts(few: few, many: many)
    }

    /// What may stand in a header field and between the commas and slashes of a credential.
    private static func word(_ text: String) -> String? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
            !text.contains(where: { ",/=".contains($0) })
        else { return nil }
        return text
    }

    /// S3's rules for characters and length; the server knows the others.
    private static func bucketName(_ text: String) -> String? {
        let isAllowed = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
        return isAllowed && (3...63).contains(text.utf8.count) && text.first != "." ? text : nil
    }
}
