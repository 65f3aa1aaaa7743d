import Foundation
import Testing

/// The script of the container image, run with a stand-in for the server that prints its arguments.
@Suite struct DockerEntrypointTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "entrypoint-\(UUID().uuidString)")
        let programs = folder.appending(path: "bin")
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
        let stub = programs.appending(path: "martlet")
        try #"""
        #!/bin/sh
        printf 'martlet'
        for argument; do printf ' <%s>' "$argument"; done
        echo " MARTLET_VOLUMES=${MARTLET_VOLUMES-}"
        """#.write(to: stub, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: stub.path)
    }

    private struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// - Parameter user: who runs the script; only root can become somebody else.
    private func run(_ arguments: [String], _ environment: [String: String] = [:], user: Int? = nil) throws
        -> Outcome
    {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(
                path: "Config/docker-entrypoint.sh"
            )
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let identity = user.map { ["setpriv", "--reuid=\($0)", "--regid=\($0)", "--clear-groups"] } ?? []
        // Read from standard input, so that the other user need not be able to reach the checkout.
        process.arguments = identity + ["sh", "-s", "--"] + arguments
        process.environment = environment.merging(["PATH": "\(folder.path)/bin:/usr/bin:/bin:/usr/sbin"]) {
            $1
        }
        process.currentDirectoryURL = folder
        process.standardInput = try FileHandle(forReadingFrom: script)
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let texts = try [output, errors].map {
            String(decoding: try $0.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        }
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        // What stays behind in the temporary folder harms nobody.
        defer { try? FileManager.default.removeItem(at: folder) }
        let data = folder.appending(path: "data").path
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        try body(data)
    }

    @Test(
        "the command lines of three images",
        arguments: [
            ([], "<server>"), (["--address", ":9100"], "<server> <--address> <:9100>"),
            (["DATA"], "<server> <DATA>"),
            (
                ["server", "DATA", "--console-address", ":9001"],
                "<server> <DATA> <--console-address> <:9001>"
            ),
            (["martlet"], "<server>"), (["martlet", "DATA"], "<server> <DATA>"),
            (["minio", "server", "DATA"], "<server> <DATA>"),
            (["rustfs", "DATA/drive{0...3}"], "<server> <DATA/drive{0...3}>"), (["rustfs"], "<server>"),
            (["./data/my drive"], "<server> <./data/my drive>"),
            (["-S", "/nowhere/certs", "DATA"], "<server> <-S> </nowhere/certs> <DATA>"),
            (["help"], "<help>"), (["martlet", "version"], "<version>"), (["sever"], "<sever>"),
            (["martlet", "ls"], "<ls>"),
        ]
    )
    func commandLines(arguments: [String], expected: String) throws {
        try withFolder { data in
            let arguments = arguments.map { $0.replacing("DATA", with: data) }
            let outcome = try run(arguments, ["MINIO_VOLUMES": data], user: nil)
            #expect(outcome.output == "martlet \(expected.replacing("DATA", with: data)) MARTLET_VOLUMES=\n")
            #expect(outcome.status == 0)
            #expect(outcome.errors == "")
        }
    }

    @Test func anotherProgramIsRun() throws {
        try withFolder { _ in
            let outcome = try run(["echo", "a look", "around"])
            #expect(outcome.output == "a look around\n")
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can run the script as another user"))
    func withoutVolumesItIsTheImagesFolder() throws {
        try withFolder { _ in
            // There may or may not be a /data here; either way the script looks there and nowhere else.
            let outcome = try run([], user: 10001)
            #expect(
                outcome.output == "martlet <server> MARTLET_VOLUMES=/data\n"
                    || outcome.errors.contains("/data")
            )
        }
    }

    @Test(
        "a mount that belongs to somebody else gets the command that mends it",
        .enabled(if: geteuid() == 0, "root may write everywhere, so the script has to run as another user"),
        arguments: [
            (["DATA"], [:]), (["server", "DATA/new/drive{1...4}"], [:]), (["DATA/{1...2}/{a...b}"], [:]),
            ([], ["RUSTFS_VOLUMES": "DATA/a,DATA/b"]), (["--json"], ["MARTLET_VOLUMES": "DATA/drive{1..2}"]),
        ] as [([String], [String: String])]
    )
    func unwritable(arguments: [String], environment: [String: String]) throws {
        try withFolder { data in
            let arguments = arguments.map { $0.replacing("DATA", with: data) }
            let environment = environment.mapValues { $0.replacing("DATA", with: data) }
            let refused = try run(arguments, environment, user: 10001)
            #expect(refused.status == 1)
            #expect(refused.output == "")
            #expect(refused.errors.contains("user 10001 may not write to \(data). "))
            #expect(refused.errors.contains("    sudo chown -R 10001:10001 FOLDER\n"))
            try FileManager.default.setAttributes([.ownerAccountID: 10001], ofItemAtPath: data)
            #expect(try run(arguments, environment, user: 10001).status == 0)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "root may write everywhere, so the script has to run as another user"))
    func everyFolderOfARangeIsChecked() throws {
        try withFolder { data in
            for name in ["08", "09", "10"] {
                let drive = "\(data)/drive\(name)"
                try FileManager.default.createDirectory(atPath: drive, withIntermediateDirectories: true)
                guard name != "10" else { continue }
                try FileManager.default.setAttributes([.ownerAccountID: 10001], ofItemAtPath: drive)
            }
            #expect(try run(["\(data)/drive{08...09}"], user: 10001).status == 0)
            let refused = try run(["\(data)/drive{08...10}"], user: 10001)
            #expect(refused.errors.contains("may not write to \(data)/drive10. "))
            #expect(!refused.errors.contains("drive09"))
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can run the script as another user"))
    func aFolderThatIsNotMountedIsSaidSo() throws {
        try withFolder { _ in
            let refused = try run(["/nowhere-\(UUID().uuidString)"], user: 10001)
            #expect(refused.status == 1)
            #expect(refused.errors.hasSuffix("may not make it: mount one there\n"))
        }
    }
}
