@preconcurrency import Glibc

/// What the process was started with.
package enum Environment {
    /// All variables; of two with one name the first, as getenv has it. Bytes that are no UTF-8 become U+FFFD.
    package static var variables: [String: String] {
        var variables: [String: String] = [:]
        var entry: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
        while let text = entry.pointee {
            let bytes = UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) }
            let name = bytes.prefix { $0 != UInt8(ascii: "=") }
            let key = String(decoding: name, as: UTF8.self)
            if name.count < bytes.count, variables[key] == nil {
                variables[key] = String(decoding: bytes.dropFirst(name.count + 1), as: UTF8.self)
            }
            entry += 1
        }
        return variables
    }

    /// Processors this process may run on; at least 1.
    package static var processorCount: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }

    /// Bytes of the machine's memory.
    package static var memorySize: Int {
        max(1, sysconf(CInt(_SC_PHYS_PAGES))) * max(1, sysconf(CInt(_SC_PAGESIZE)))
    }
}
