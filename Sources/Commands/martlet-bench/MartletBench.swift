import Host

@main
struct MartletBench {
    static func main() {
        exitProcess(run(Array(CommandLine.arguments.dropFirst())))
    }

    /// - Returns: the exit status, as `--help` explains it.
    private static func run(_ arguments: [String]) -> CInt {
        do throws(BenchError) {
            let variables = Environment.variables
            let invocation = try Options.parse(arguments) { variables[$0] }
            guard case .run(let options) = invocation else {
                StandardStream.output.write(helpText)
                return 0
            }
            let benchmark = try Benchmark(options) { StandardStream.error.write("martlet-bench: \($0)\n") }
            if let counts = options.userCounts {
                let (text, isRight) = try benchmark.identityReport(counts)
                StandardStream.output.write(text)
                return isRight ? 0 : 1
            }
            if let count = options.versionCount {
                StandardStream.output.write(try benchmark.versionReport(count))
                return 0
            }
            if let count = options.listedKeyCount {
                let (text, isRight) = try benchmark.listingReport(count)
                StandardStream.output.write(text)
                return isRight ? 0 : 1
            }
            let (report, isRight) = try benchmark.report()
            StandardStream.output.write(options.printsJSON ? report.json : report.table)
            return isRight ? 0 : 1
        } catch {
            StandardStream.error.write("martlet-bench: \(error)\n")
            if error.isUsage { StandardStream.error.write("Try martlet-bench --help.\n") }
            return error.isUsage ? 2 : 1
        }
    }
}
