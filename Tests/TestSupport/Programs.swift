import Foundation

/// A program ended with another status than 0, and what it had written by then.
package struct ProgramFailure: Error {
    package let status: Int32
    package let output: String
}

/// Runs a program of the search path to its end.
///
/// - Parameter input: its standard input.
/// - Returns: its standard output.
@discardableResult
package func run(_ program: String, _ arguments: [String], input: String = "") throws -> String {
    let folder = try TemporaryFolder("run")
    // A file, because a pipe would fill up where the program writes before it has read everything.
    try folder.write("input", input)
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardInput = try FileHandle(forReadingFrom: folder.url.appending(path: "input"))
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw ProgramFailure(status: process.terminationStatus, output: text)
    }
    return text
}
