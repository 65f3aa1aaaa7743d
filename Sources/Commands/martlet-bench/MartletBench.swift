import Glibc
import Posix

@main
struct MartletBench {
    static func main() {
        exit(run(Array(CommandLine.arguments.dropFirst())))
    }

    /// - Returns: the exit status, as `--help` explains it.
    private static func run(_ arguments: [String]) -> CInt {
        do throws(BenchError) {
            let invocation = try Options.parse(arguments) { name in getenv(name).map { String(cString: $0) } }
            guard case .run(let options) = invocation else {
                write(helpText, to: STDOUT_FILENO)
                return 0
            }
            let benchmark = try Benchmark(options) { write("martlet-bench: \($0)\n", to: STDERR_FILENO) }
            let (report, isRight) = try benchmark.report()
            write(options.printsJSON ? report.json : report.table, to: STDOUT_FILENO)
            return isRight ? 0 : 1
        } catch {
            write("martlet-bench: \(error)\n", to: STDERR_FILENO)
            if error.isUsage { write("Try martlet-bench --help.\n", to: STDERR_FILENO) }
            return error.isUsage ? 2 : 1
        }
    }

    /// Writes all of `text`, or as much as the reader takes before it goes away.
    private static func write(_ text: String, to descriptor: CInt) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
