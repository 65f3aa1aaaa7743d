internal import Base

/// Parameters in the body of a request, `application/x-www-form-urlencoded`: a `+` is a space.
package struct STSForm: Sendable, Equatable {
    private let items: [(name: String, value: String)]

    /// More parameters than any call has.
    private static let countMax = 64

    /// - Throws: ``STSError/Code-swift.enum/invalidParameterValue`` for what is no such form, or names a parameter
    ///   twice: two readers must not see two policies in it.
    package init(parsing bytes: [UInt8]) throws(STSError) {
        var items: [(name: String, value: String)] = []
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            let item = (try Self.text(name), try Self.text(pair.dropFirst(name.count + 1)))
            guard !items.contains(where: { $0.name.utf8.elementsEqual(item.0.utf8) }) else {
                throw STSError(.invalidParameterValue, "The parameter \(item.0) is given twice.")
            }
            guard items.count < Self.countMax else {
                throw STSError(.invalidParameterValue, "There are too many parameters.")
            }
            items.append(item)
        }
        self.items = items
    }

    private static func text(_ bytes: ArraySlice<UInt8>) throws(STSError) -> String {
        let spaced = bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        guard let decoded = PercentCoding.decode(spaced),
            let text = String(validating: decoded, as: UTF8.self)
        else { throw STSError(.invalidParameterValue, "The body is not a form in UTF-8.") }
        return text
    }

    /// `nil` when it is absent or empty.
    package subscript(_ name: String) -> String? {
        items.first { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    /// The call that is asked for, such as `AssumeRole`; `nil` where it is none that the service knows.
    package var operation: String? {
        items.first { $0.name == "Action" }.flatMap { STSCall.Action(rawValue: $0.value)?.rawValue }
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.items.elementsEqual(right.items) { $0.name == $1.name && $0.value == $1.value }
    }
}
