/// Python's botocore as a second implementation, where it is installed.
package enum Botocore {
    /// Why it is not, does not matter to a skipped test.
    package static let isImportable =
        (try? run("import botocore.auth, botocore.parsers, botocore.session")) != nil

    /// Why a test that needs it is skipped.
    package static let absence = "python3 cannot import botocore"

    /// Runs a script with `input` as its standard input.
    ///
    /// - Returns: its standard output.
    @discardableResult
    package static func run(_ script: String, input: String = "") throws -> String {
        try TestSupport.run("python3", ["-c", script], input: input)
    }
}
