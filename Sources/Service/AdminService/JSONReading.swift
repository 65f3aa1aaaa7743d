internal import Base
internal import JSON
internal import Telemetry

/// An object sent by a client. `null` counts as absent.
struct ReceivedObject {
    private let object: JSONObject

    /// - Throws: `XMinioAdminConfigBadJSON`; `XMinioAdminConfigDuplicateKeys`, because two readers of one document
    ///   must not see two policies in it.
    init(parsing bytes: [UInt8]) throws(AdminError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes, allowsRepeatedKeys: false)
        } catch {
            if case .repeatedKey = error { throw AdminError(.configDuplicateKeys) }
            throw AdminError(.configBadFormat)
        }
        guard let object = value.object else { throw AdminError(.configBadFormat) }
        self.object = object
    }

    init(_ object: JSONObject) { self.object = object }

    private func value(_ key: String) -> JSONValue? {
        guard let value = object[key], value != .null else { return nil }
        return value
    }

    func text(_ key: String) throws(AdminError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { throw AdminError(.configBadFormat, "'\(key)' is not a string.") }
        return text
    }

    /// `nil` also for an empty text, which Go's clients send for what is not set.
    func nonEmptyText(_ key: String) throws(AdminError) -> String? {
        try text(key).flatMap { $0.isEmpty ? nil : $0 }
    }

    func secret(_ key: String) throws(AdminError) -> Secret? { try nonEmptyText(key).map { Secret($0) } }

    func flag(_ key: String) throws(AdminError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let flag = value.boolean else {
            throw AdminError(.configBadFormat, "'\(key)' is not a boolean.")
        }
        return flag
    }

    /// A list of strings; a single string is a list of one.
    func texts(_ key: String) throws(AdminError) -> [String]? {
        guard let value = value(key) else { return nil }
        if let text = value.string { return [text] }
        guard let texts = value.array?.map(\.string), !texts.contains(nil) else {
            throw AdminError(.configBadFormat, "'\(key)' is not a list of strings.")
        }
        return texts.compactMap { $0 }
    }

    /// A document inside the document, as its text.
    func document(_ key: String) throws(AdminError) -> [UInt8]? {
        guard let value = value(key) else { return nil }
        guard value.object != nil else { throw AdminError(.configBadFormat, "'\(key)' is not an object.") }
        return value.encoded
    }

    func object(_ key: String) throws(AdminError) -> ReceivedObject? {
        guard let value = value(key) else { return nil }
        guard let object = value.object else {
            throw AdminError(.configBadFormat, "'\(key)' is not an object.")
        }
        return ReceivedObject(object)
    }

    /// A time to the second, as MinIO keeps ends of life. Go's zero time counts as absent.
    func time(_ key: String) throws(AdminError) -> Timestamp? {
        guard let text = try nonEmptyText(key), text != "0001-01-01T00:00:00Z" else { return nil }
        guard let time = Timestamp(iso8601: text) else {
            throw AdminError(.configBadFormat, "'\(key)' is not a time.")
        }
        return Timestamp(seconds: time.seconds)
    }
}

extension JSONObject {
    /// Sets the member where there is a value, and leaves it out where there is none.
    mutating func set(_ key: String, _ value: JSONValue?) { self[key] = value }
}

extension JSONValue {
    static func texts(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }

    static func time(_ time: Timestamp) -> JSONValue { .string(time.iso8601Milliseconds) }

    /// Text that is JSON itself; a string where it is not.
    static func embedded(_ text: [UInt8]) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: text)
        } catch {
            return .string(String(decoding: text, as: UTF8.self))
        }
    }
}

/// How Go writes a time that was never set.
let goZeroTime = "0001-01-01T00:00:00Z"
