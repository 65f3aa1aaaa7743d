/// What `/proc/PID/stat` says of a process (proc(5)).
struct ProcessStat: Equatable, Sendable {
    /// Clock ticks in user and kernel mode, over all its threads, ended ones included.
    var userTicks: UInt64
    var systemTicks: UInt64
    /// Clock ticks from the machine's start to the process's: with the pid, which process it is.
    var startTicks: UInt64

    /// - Parameter text: `4711 (name) S 1 …`. The name may hold anything, blanks, parentheses and line
    ///   ends too, so it ends at the last parenthesis. `nil` for anything else.
    init?(_ text: some Collection<UInt8>) {
        let bytes = Array(text)
        guard let open = bytes.firstIndex(of: UInt8(ascii: "(")),
            let close = bytes.lastIndex(of: UInt8(ascii: ")")), open < close
        else { return nil }
        // The first of these is field 3 of the manual page.
        let fields = bytes[(close + 1)...].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        guard fields.count > 19,
            let userTicks = UInt64(String(decoding: fields[11], as: UTF8.self)),
            let systemTicks = UInt64(String(decoding: fields[12], as: UTF8.self)),
            let startTicks = UInt64(String(decoding: fields[19], as: UTF8.self)),
            !userTicks.addingReportingOverflow(systemTicks).overflow
        else { return nil }
        (self.userTicks, self.systemTicks, self.startTicks) = (userTicks, systemTicks, startTicks)
    }

    var processorTicks: UInt64 { userTicks + systemTicks }
}
