import Base
import TestSupport

/// minio-py as a second implementation, where it is installed.
enum MinioPy {
    /// Why it is not, does not matter to a skipped test.
    static let isImportable = (try? run("import minio.crypto", lines: [])) != nil

    /// Runs `script` with `lines` as its standard input and answers the lines it prints.
    private static func run(_ script: String, lines: [String]) throws -> [String] {
        try TestSupport.run("python3", ["-c", script], input: lines.map { $0 + "\n" }.joined())
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { String($0) }
    }

    static func encrypt(_ plaintexts: [[UInt8]], password: String) throws -> [[UInt8]?] {
        try run(
            """
            import sys, minio.crypto
            password = sys.stdin.readline().rstrip("\\n")
            for line in sys.stdin:
                print(minio.crypto.encrypt(bytes.fromhex(line), password).hex())
            """,
            lines: [password] + plaintexts.map { $0.hexadecimal }
        ).map { [UInt8](hexadecimal: $0) }
    }

    /// `nil` for what it refuses.
    static func decrypt(_ payloads: [[UInt8]], password: String) throws -> [[UInt8]?] {
        try run(
            """
            import io, sys, minio.crypto

            class Response(io.BytesIO):
                def release_conn(self):
                    pass

            password = sys.stdin.readline().rstrip("\\n")
            for line in sys.stdin:
                try:
                    print(minio.crypto.decrypt(Response(bytes.fromhex(line)), password).hex())
                except ValueError:
                    print("refused")
            """,
            lines: [password] + payloads.map { $0.hexadecimal }
        ).map { [UInt8](hexadecimal: $0) }
    }
}
