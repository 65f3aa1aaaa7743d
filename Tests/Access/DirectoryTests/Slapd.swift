import Directory
import Foundation
import Posix
import TestSupport
import Testing

/// OpenLDAP's server on loopback, with a few people and groups; ends with the value.
final class Slapd: @unchecked Sendable {
    static let path = "/usr/sbin/slapd"
    static let isInstalled = FileManager.default.isExecutableFile(atPath: path)
    static let absence = "slapd is not installed (Debian's packages slapd and ldap-utils)"

    struct Failure: Error { let what: String }

    let port: UInt16
    let tlsPort: UInt16
    let folder: TemporaryFolder
    private let process: Process

    init() throws {
        folder = try TemporaryFolder("slapd")
        let data = folder.path + "/data"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
        try run(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder.path + "/key.pem", "-out",
                folder.path + "/certificate.pem",
            ]
        )
        let configuration = folder.path + "/slapd.conf"
        try folder.write("slapd.conf", Self.configuration(folder: folder.path, data: data))
        try folder.write("people.ldif", Self.people)
        try run("/usr/sbin/slapadd", ["-f", configuration, "-l", folder.path + "/people.ldif"])
        var attempts = 0
        while true {
            let ports = try Self.freePorts()
            let process = Process()
            process.executableURL = URL(filePath: Self.path)
            process.arguments = [
                "-d", "0", "-f", configuration, "-h",
                "ldap://127.0.0.1:\(ports[0])/ ldaps://127.0.0.1:\(ports[1])/",
            ]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            if Self.answers(process, ports) {
                (self.process, port, tlsPort) = (process, ports[0], ports[1])
                return
            }
            Self.end(process)
            attempts += 1
            // Somebody else may have taken the port meanwhile.
            guard attempts < 5 else { throw Failure(what: "slapd does not start") }
        }
    }

    deinit { Self.end(process) }

    /// Not politely: a thread of the test passes its blocked signals on to the processes that it starts.
    private static func end(_ process: Process) {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    var certificatePath: String { folder.path + "/certificate.pem" }

    /// The lookup account, people by `uid`, groups by member; plain text unless `changes` say otherwise.
    func settings(_ changes: [String: String?] = [:]) throws -> DirectorySettings {
        var values = [
            "server_addr": "127.0.0.1:\(port)", "server_insecure": "on",
            "lookup_bind_dn": "cn=reader,dc=example,dc=org", "lookup_bind_password": "reader's",
            "user_dn_search_base_dn": "ou=people,dc=example,dc=org", "user_dn_search_filter": "(uid=%s)",
            "group_search_base_dn": "ou=groups,dc=example,dc=org",
            "group_search_filter": "(&(objectclass=groupOfNames)(member=%d))",
        ]
        for (name, value) in changes { values[name] = value }
        return try #require(try DirectorySettings(values: values))
    }

    private static func freePorts() throws -> [UInt16] {
        let servers = [try ScriptedServer { _ in }, try ScriptedServer { _ in }]
        return servers.map { $0.port }
    }

    /// Waits until both ports are served, or the process ends.
    private static func answers(_ process: Process, _ ports: [UInt16]) -> Bool {
        let end = Date(timeIntervalSinceNow: 20)
        while process.isRunning, Date() < end {
            let isServed = ports.allSatisfy { port in
                guard let socket = try? LoopbackClient.connected(to: .loopback(port: port)) else {
                    return false
                }
                close(socket)
                return true
            }
            if isServed { return process.isRunning }
            usleep(10_000)
        }
        return false
    }

    private static func configuration(folder: String, data: String) -> String {
        """
        include /etc/ldap/schema/core.schema
        include /etc/ldap/schema/cosine.schema
        include /etc/ldap/schema/inetorgperson.schema
        modulepath /usr/lib/ldap
        moduleload back_mdb
        pidfile \(folder)/pid
        argsfile \(folder)/arguments
        TLSCertificateFile \(folder)/certificate.pem
        TLSCertificateKeyFile \(folder)/key.pem
        # An answer to a name without a password is what some directories give.
        allow bind_anon_cred bind_anon_dn
        database mdb
        suffix "dc=example,dc=org"
        rootdn "cn=admin,dc=example,dc=org"
        rootpw admin's
        directory \(data)
        access to attrs=userPassword by anonymous auth by * none
        # Only the lookup account sees anything.
        access to * by dn.exact="cn=reader,dc=example,dc=org" read by * none
        """
    }

    private static var people: String {
        func entry(_ dn: String, _ attributes: String...) -> String {
            (["dn: \(dn)"] + attributes).joined(separator: "\n") + "\n\n"
        }
        func person(_ name: String, in unit: String = "people", uid: String, password: String?) -> String {
            var lines = ["objectClass: inetOrgPerson", "sn: x", "uid: \(uid)"]
            if let password { lines.append("userPassword: \(password)") }
            let dn = "\(name),ou=\(unit),dc=example,dc=org"
            return "dn:: \(Data(dn.utf8).base64EncodedString())\n" + lines.joined(separator: "\n") + "\n\n"
        }
        func group(_ name: String, _ members: String...) -> String {
            let lines = members.map {
                "member:: \(Data("\($0),ou=people,dc=example,dc=org".utf8).base64EncodedString())"
            }
            return "dn: cn=\(name),ou=groups,dc=example,dc=org\nobjectClass: groupOfNames\n"
                + lines.joined(separator: "\n") + "\n\n"
        }
        let unit = "objectClass: organizationalUnit"
        return entry("dc=example,dc=org", "objectClass: dcObject", "objectClass: organization", "o: Example")
            + entry("ou=people,dc=example,dc=org", unit) + entry("ou=guests,dc=example,dc=org", unit)
            + entry("ou=groups,dc=example,dc=org", unit)
            + entry(
                "cn=reader,dc=example,dc=org",
                "objectClass: organizationalRole",
                "objectClass: simpleSecurityObject",
                "userPassword: reader's"
            )
            + person("CN=Ann", uid: "ann", password: "ann's").replacing("sn: x", with: "cn: Ann\nsn: x")
            + person(#"cn=Bo\, Jr. (x*)"#, uid: "bo", password: "bo's")
            + person("cn=Jörg", uid: "jörg", password: "pw").replacing("uid: jörg", with: "uid:: asO2cmc=")
            + person("cn=Twin", uid: "twin", password: "pw")
            + person("cn=Twin", in: "guests", uid: "twin", password: "pw")
            + person("cn=Nobody", uid: "nobody", password: nil)
            + group("Dev", "CN=Ann", #"cn=Bo\, Jr. (x*)"#) + group("ops", "CN=Ann")
            + group("other", "cn=Twin")
    }
}
